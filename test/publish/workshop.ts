import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Log, LogFields } from '../../agent/core/log.ts';
import type { RenderedFile } from '../../agent/core/rendered-file.ts';
import { SecretValue } from '../../agent/core/secret-value.ts';
import { openVolume, type Volume } from '../../agent/publish/volume.ts';
import { removeVolume } from '../../build/remove-volume.ts';

const tmpfsMagic = 0x01021994;

/** Whether this machine lends us a tmpfs without being root. */
export const hasMemory = fs.existsSync('/dev/shm') && fs.statfsSync('/dev/shm').type === tmpfsMagic;

/** A new directory, on tmpfs where there is one, that is gone after the test. Everybody may pass through it. */
export function workDirectory(t: Pick<TestContext, 'after'>): string {
  const directory = fs.mkdtempSync(join(hasMemory ? '/dev/shm' : tmpdir(), 'keytide-test-'));
  fs.chmodSync(directory, 0o755);
  t.after(() => removeVolume(directory));
  return directory;
}

export function testVolume(root: string, options: { log?: Log; now?: () => number } = {}): Promise<Volume> {
  return openVolume({ root, allowDisk: !hasMemory, log: quiet, ...options });
}

export const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** Keeps what was logged. */
export function recordingLog(): { readonly log: Log; readonly lines: (LogFields & { readonly message: string })[] } {
  const lines: (LogFields & { readonly message: string })[] = [];
  const record = (fields: LogFields, message: string): void => {
    lines.push({ ...fields, message });
  };
  return { log: { debug: record, info: record, warn: record, error: record }, lines };
}

export function file(path: string, text: string, more: Partial<RenderedFile> = {}): RenderedFile {
  return { path, value: SecretValue.ofText(text), mode: 0o440, ...more };
}

/** Path -> text of all that a reader finds through the visible names. */
export function visible(directory: string): Record<string, string> {
  const found: Record<string, string> = {};
  const walk = (path: string, prefix: string): void => {
    for (const name of fs.readdirSync(path).sort()) {
      if (prefix === '' && name.startsWith('..')) continue;
      const below = join(path, name);
      if (fs.statSync(below).isDirectory()) walk(below, `${prefix}${name}/`);
      else found[`${prefix}${name}`] = fs.readFileSync(below, 'utf8');
    }
  };
  walk(directory, '');
  return found;
}

/** Names of the generation directories, by number. */
export function generations(directory: string): readonly string[] {
  return fs
    .readdirSync(directory)
    .filter((name) => name.startsWith('..g'))
    .sort((a, b) => Number(/\d+/.exec(a)) - Number(/\d+/.exec(b)));
}

/** Numbers of the generations that are there. */
export function numbers(directory: string): readonly number[] {
  return generations(directory).map((name) => Number(/\d+/.exec(name)));
}

export function modeOf(path: string): string {
  return (fs.lstatSync(path).mode & 0o7777).toString(8);
}
