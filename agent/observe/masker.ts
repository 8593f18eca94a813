import { createHash, randomBytes } from 'node:crypto';
import type { SecretValue } from '../core/secret-value.ts';
import { indexLength, type Needle, needlesOf, needleText, shortestValue } from './mask-needles.ts';
import { originOf, type View, viewsOf } from './mask-views.ts';

/**
 * Hides known secret values in everything that leaves the process (logs, status, termination message, output of hooks). A second
 * line: values aren't put there to begin with. Values of fewer than 6 bytes are not hidden, nor is what the spec itself says.
 */
export interface Masker {
  /** Values to hide from now on. They are referred to, not copied; the ones learned longest ago are forgotten beyond a bound. */
  readonly learn: (values: Iterable<SecretValue>) => void;
  /** `Spec.ownText` of the spec that runs: a value that stands in it is no secret. Replaces what was given before. */
  readonly leaveAlone: (ownText: string) => void;
  /** The text with `***` for each known value: plain, base64, hex, percent-encoded, escaped as in JSON, or a mix of these. */
  readonly mask: (text: string) => string;
}

/** Some thousand secrets and their predecessors; beyond, whatever was learned longest ago goes. */
const mostValues = 10_000;
const mostBytes = 64 * 1024 * 1024;

/** Characters compared for one text, at most: then all of it is hidden. Ordinary texts need a few thousand. */
const mostCompared = 64 * 1024 * 1024;

export function createMasker(): Masker {
  const memory: Memory = { salt: randomBytes(16), known: new Map(), ids: new WeakMap(), index: new Map(), bytes: 0, ownText: '' };
  return {
    learn: (values) => {
      for (const value of values) learn(memory, value);
    },
    leaveAlone: (ownText) => leaveAlone(memory, ownText),
    mask: (text) => mask(memory, text),
  };
}

interface Memory {
  /** Equal values are one, told by a salted hash: a copy of each would double what lies in memory. */
  readonly salt: Uint8Array;
  /** In the order in which they were last learned. */
  readonly known: Map<string, { readonly value: SecretValue; needles: readonly Needle[] }>;
  readonly ids: WeakMap<SecretValue, string>;
  /** First characters -> needles. */
  readonly index: Map<string, Needle[]>;
  bytes: number;
  ownText: string;
}

function learn(memory: Memory, value: SecretValue): void {
  if (value.length < shortestValue) return;
  const id = memory.ids.get(value) ?? createHash('sha256').update(memory.salt).update(value.reveal()).digest('base64');
  memory.ids.set(value, id);
  const held = memory.known.get(id);
  memory.known.delete(id);
  memory.known.set(id, held ?? add(memory, value));
  for (const [oldest, { value: old, needles }] of memory.known) {
    if (memory.known.size <= mostValues && memory.bytes <= mostBytes) break;
    memory.known.delete(oldest);
    memory.bytes -= old.length;
    for (const needle of needles) removeFromIndex(memory, needle);
  }
}

function add(memory: Memory, value: SecretValue): { readonly value: SecretValue; readonly needles: readonly Needle[] } {
  memory.bytes += value.length;
  const needles = needlesOf(value.reveal(), (text) => memory.ownText.includes(text));
  for (const needle of needles) addToIndex(memory, needle);
  return { value, needles };
}

function leaveAlone(memory: Memory, ownText: string): void {
  if (ownText === memory.ownText) return;
  memory.ownText = ownText;
  memory.index.clear();
  for (const each of memory.known.values()) {
    each.needles = needlesOf(each.value.reveal(), (text) => ownText.includes(text));
    for (const needle of each.needles) addToIndex(memory, needle);
  }
}

function addToIndex({ index }: Memory, needle: Needle): void {
  const key = needle.head.slice(0, indexLength);
  const others = index.get(key);
  if (others) others.push(needle);
  else index.set(key, [needle]);
}

function removeFromIndex({ index }: Memory, needle: Needle): void {
  const key = needle.head.slice(0, indexLength);
  const others = (index.get(key) ?? []).filter((other) => other !== needle);
  if (others.length > 0) index.set(key, others);
  else index.delete(key);
}

function mask({ index }: Memory, text: string): string {
  if (index.size === 0 || text.length === 0) return text;
  const bytes = Buffer.from(text, 'utf8').toString('latin1');
  const search: Search = { index, found: [], compared: 0 };
  for (const view of viewsOf(bytes)) searchView(search, view);
  if (search.compared > mostCompared) return '***';
  return search.found.length === 0 ? text : Buffer.from(replaced(bytes, search.found), 'latin1').toString('utf8');
}

interface Search {
  readonly index: ReadonlyMap<string, readonly Needle[]>;
  /** Stretches of the original text to hide. */
  readonly found: (readonly [from: number, to: number])[];
  compared: number;
}

function searchView(search: Search, view: View): void {
  const foundUpTo = new Map<Needle, number>();
  for (let at = 0; at + indexLength <= view.text.length && search.compared <= mostCompared; at += 1) {
    for (const needle of search.index.get(view.text.slice(at, at + indexLength)) ?? []) {
      if (at < (foundUpTo.get(needle) ?? 0) || !standsAt(search, needle, view.text, at)) continue;
      foundUpTo.set(needle, at + needle.length);
      search.found.push(originOf(view, ...stretch(needle, view.text, at)));
    }
  }
}

function standsAt(search: Search, needle: Needle, text: string, at: number): boolean {
  search.compared += needle.head.length;
  if (!text.startsWith(needle.head, at) || at + needle.length > text.length) return false;
  if (needle.length === needle.head.length) return true;
  search.compared += needle.length;
  return text.startsWith(needleText(needle), at);
}

/** Base64 shares its first and last character with the value's neighbours: they go as well. */
function stretch({ form, length }: Needle, text: string, at: number): readonly [from: number, to: number] {
  const to = at + length;
  if (!form.startsWith('base64')) return [at, to];
  const after = /[\w+/-]?={0,2}/y;
  after.lastIndex = to;
  return [at > 0 && /[\w+/-]/.test(text.charAt(at - 1)) ? at - 1 : at, to + (after.exec(text)?.[0].length ?? 0)];
}

function replaced(text: string, found: readonly (readonly [from: number, to: number])[]): string {
  let shown = '';
  let at = 0;
  for (const [from, to] of found.toSorted(([a], [b]) => a - b)) {
    if (from >= at) shown += `${text.slice(at, from)}***`;
    at = Math.max(at, to);
  }
  return shown + text.slice(at);
}
