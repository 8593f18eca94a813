/** What `publisher.ts` is asked to do, as JSON in its first argument. */
export interface Job {
  readonly root: string;
  readonly directory: string;
  readonly allowDisk: boolean;
  readonly steps: readonly JobStep[];
  readonly umask?: number;
  /** Become this user, with these groups, before anything else. */
  readonly identity?: { readonly uid: number; readonly gid: number; readonly groups: readonly number[] };
  /** `unknown`: statfs answers with zeros, as ramfs does. */
  readonly space?: 'known' | 'unknown';
  readonly keepPreviousMs?: number;
}

export type JobStep =
  | { readonly kind: 'adopt' }
  | {
      readonly kind: 'publish';
      readonly generation: number;
      readonly files: readonly JobFile[];
      /** Looks at the staged files and agrees, or prints where they are and never ends. */
      readonly check?: 'agrees' | 'hangs';
    }
  | { readonly kind: 'sweep'; readonly wanted: readonly number[] }
  | { readonly kind: 'remove' }
  /** Tries to start a process. */
  | { readonly kind: 'spawn' };

export interface JobFile {
  readonly path: string;
  readonly text: string;
  /** How often the text is repeated; once by default. */
  readonly times?: number;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
}

/** Of one step: what it answered, or how it failed. */
export type JobResult =
  | { readonly ok: unknown }
  | { readonly code: string; readonly message: string; readonly hint?: string | undefined };
