import { AgentError, type ErrorCode } from './core/agent-error.ts';
import type { DeliveryState, HeldContent } from './core/delivery-state.ts';
import type { ToldVersions } from './core/remote-versions.ts';
import type { RenderedFile } from './core/rendered-file.ts';
import type { Entries } from './core/secret-value.ts';
import type { Delivery } from './core/spec.ts';
import { type DeliveryStatus, errorStatus } from './core/status.ts';
import { certificateLife } from './resolve/certificate-life.ts';

/** What an external secret last gave: its entries, or nothing (its store holds nothing for it, and that is allowed). */
export type MemberContent = Entries | 'nothing';

/** One external secret of a delivery and what it gives. */
export interface Member {
  readonly externalSecret: string;
  readonly entries: Entries;
}

/** What readers see. */
export interface Visible {
  readonly files: readonly RenderedFile[];
  readonly publishedAt: Date;
}

/**
 * Whether `candidate` differs from what is published, or being published. Only bytes, names, modes and owners count. Throws
 * TARGET_IMMUTABLE when it differs and may not.
 */
export function changeOf(
  reference: readonly RenderedFile[] | undefined,
  candidate: readonly RenderedFile[],
  delivery: Delivery,
): 'changed' | 'unchanged' {
  if (reference && isSame(reference, candidate)) return 'unchanged';
  if (reference && delivery.immutable) {
    throw new AgentError('TARGET_IMMUTABLE', `delivery ${delivery.name} is immutable and its store has another value now`);
  }
  return 'changed';
}

function isSame(published: readonly RenderedFile[], candidate: readonly RenderedFile[]): boolean {
  if (published.length !== candidate.length) return false;
  const byPath = new Map(published.map((file) => [file.path, file]));
  return candidate.every((file) => {
    const old = byPath.get(file.path);
    if (!old || old.mode !== file.mode || !old.value.equals(file.value)) return false;
    return (file.uid === undefined || file.uid === old.uid) && (file.gid === undefined || file.gid === old.gid);
  });
}

/** What members have said so far, and whether readers see anything yet. */
export interface Offered {
  readonly delivery: Delivery;
  readonly offered: ReadonlyMap<string, MemberContent>;
  readonly visible?: Visible;
}

/** Undefined while a member hasn't said anything yet, or when there is nothing to publish. */
export function membersOffered(drive: Offered): readonly Member[] | undefined {
  const names = drive.delivery.externalSecrets;
  if (!names.every((name) => drive.offered.has(name)) || hasNothing(drive)) return undefined;
  return names.flatMap((externalSecret) => {
    const entries = drive.offered.get(externalSecret);
    return entries === undefined || entries === 'nothing' ? [] : [{ externalSecret, entries }];
  });
}

/** True when no member has anything; no entries at all are something only where they take away what readers see. */
function hasNothing({ delivery, offered, visible }: Offered): boolean {
  return delivery.externalSecrets.every((name) => {
    const content = offered.get(name);
    return content === 'nothing' || (content?.size === 0 && !visible);
  });
}

/** True when all that was offered is published and acknowledged, or there is nothing to publish. */
export function isSettled(drive: Offered & { readonly state: DeliveryState; readonly considering?: unknown }): boolean {
  const { state, delivery, offered } = drive;
  if (drive.considering || state.pending || !delivery.externalSecrets.every((name) => offered.has(name))) return false;
  return isAtRest(state) && (state.phase !== 'waiting' || hasNothing(drive));
}

/** True when nothing is under way and nothing is owed to the app. */
export function isAtRest({ phase }: DeliveryState): boolean {
  return phase === 'acknowledged' || phase === 'rolledBack' || phase === 'waiting';
}

/** Errors that end when what is offered can be rendered again; the others end when publishing or reloading works. */
export function isContentError(error: AgentError | undefined): boolean {
  return error !== undefined && !notOfContent.includes(error.code);
}

const notOfContent: readonly ErrorCode[] = [
  ...(['CHECK_FAILED', 'RELOAD_FAILED', 'VERIFY_FAILED', 'VOLUME_FULL', 'VOLUME_UNUSABLE', 'FILE_REFUSED'] as const),
];

interface Told {
  readonly state: DeliveryState;
  readonly acknowledgedAt?: Date;
  readonly error?: AgentError | undefined;
  readonly held?: HeldContent | undefined;
  readonly versions?: ToldVersions;
}

/** What status shows of a delivery. */
export function deliveryStatus(drive: Offered & Told): DeliveryStatus {
  const { delivery, state, visible, acknowledgedAt, error, held } = drive;
  return {
    ...{ name: delivery.name, directory: delivery.directory, state: state.phase, held: held !== undefined },
    ...{ published: state.published, acknowledged: state.acknowledged },
    ...(visible ? { publishedAt: visible.publishedAt.toISOString() } : {}),
    ...(acknowledgedAt ? { acknowledgedAt: acknowledgedAt.toISOString() } : {}),
    ...(error ? { error: errorStatus(error) } : {}),
    ...(held ? { heldBack: heldStatus(held) } : {}),
    ...(drive.versions ? { versions: drive.versions } : {}),
    ...certificatesIn(visible?.files ?? []),
    files: (visible?.files ?? []).map(({ path }) => path),
  };
}

function heldStatus({ generation, reason, since, versions }: HeldContent): DeliveryStatus['heldBack'] & object {
  return { generation, reason, since: new Date(since).toISOString(), versions };
}

function certificatesIn(files: readonly RenderedFile[]): Pick<DeliveryStatus, 'certificates'> {
  const certificates = files.flatMap(({ path, value }) => {
    const life = certificateLife(value);
    return life ? [{ file: path, expiresAt: new Date(life.notAfter).toISOString() }] : [];
  });
  return certificates.length > 0 ? { certificates } : {};
}
