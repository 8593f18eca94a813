/** A file in the agent's own directory, for the agent that comes after this one. Values may hold SecretValues at any depth. */
export interface SecretRecord {
  /** What an earlier agent left; undefined: nothing, or it can't be read, or it was given to somebody of this process already. */
  readonly take: () => Promise<unknown>;
  /** In one step: a crash leaves the old record or the new one. Throws VOLUME_UNUSABLE or VOLUME_FULL. */
  readonly write: (value: unknown) => Promise<void>;
  readonly remove: () => Promise<void>;
}

/** What is passed on between the agents of one pod: from `init` to `run`, and to the one that is started after a crash. */
export interface HandOver {
  /** Whoever claims a name last writes its record: a store that is replaced has nothing to say any more. */
  readonly claim: (name: string) => SecretRecord;
  /** Asked at the end: whether what was issued is given back, or kept for the next agent. */
  readonly atEnd: () => 'revoke' | 'keep';
}
