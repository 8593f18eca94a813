import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { RenderedFile } from '../core/rendered-file.ts';

/** By which the same files are known again: a MAC under a key of its own, which stands beside it. For the agent's own directory only. */
export function markOf(files: readonly RenderedFile[]): string {
  const key = randomBytes(32);
  return `${key.toString('base64url')}.${macOf(key, files).toString('base64url')}`;
}

/** True when the mark was made of the same paths, bytes, modes and owners. */
export function isMarked(mark: string, files: readonly RenderedFile[]): boolean {
  const [key = '', mac = ''] = mark.split('.');
  const [wanted, found] = [Buffer.from(mac, 'base64url'), macOf(Buffer.from(key, 'base64url'), files)];
  return wanted.length === found.length && timingSafeEqual(wanted, found);
}

function macOf(key: Uint8Array, files: readonly RenderedFile[]): Buffer {
  const mac = createHmac('sha256', key);
  for (const { path, mode, uid, gid, value } of [...files].sort((a, b) => (a.path < b.path ? -1 : 1)))
    mac.update(`${JSON.stringify([path, mode, uid ?? null, gid ?? null, value.length])}\n`).update(value.reveal());
  return mac.digest();
}
