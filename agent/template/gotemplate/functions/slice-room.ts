import { type GoValue, int, type ListType, list } from '../value.ts';

/**
 * The room behind the items of a Go slice, up to its capacity. `slice` may reach into it: behind a part of a list it finds the items
 * that follow there, and behind a list that grew item by item it finds zeros. Everything else sees only the items.
 */
type Room =
  | { readonly kind: 'part'; readonly of: readonly GoValue[]; readonly end: number }
  | { readonly kind: 'zeros'; readonly count: number };

const rooms = new WeakMap<readonly GoValue[], Room>();

/** How many items fit without Go taking new memory. */
export function capacityOf(items: readonly GoValue[]): number {
  let capacity = items.length;
  let room = rooms.get(items);
  for (; room?.kind === 'part'; room = rooms.get(room.of)) capacity += room.of.length - room.end;
  return capacity + (room?.count ?? 0);
}

/** The items from `start` to `end`, which the capacity allows. */
export function partOf(items: readonly GoValue[], start: number, end: number, type: ListType): readonly GoValue[] {
  const whole = end > items.length ? upToCapacity(items, type) : items;
  const part = whole.slice(start, end);
  rooms.set(part, { kind: 'part', of: whole, end });
  return part;
}

function upToCapacity(items: readonly GoValue[], type: ListType): readonly GoValue[] {
  const whole = [...items];
  let room = rooms.get(items);
  for (; room?.kind === 'part'; room = rooms.get(room.of)) for (const item of room.of.slice(room.end)) whole.push(item);
  for (let left = room?.count ?? 0; left > 0; left -= 1) whole.push(zeroOf(type));
  return whole;
}

function zeroOf(type: ListType): GoValue {
  if (type === '[]string') return '';
  if (type === '[]int') return int(0);
  return type === '[]interface {}' ? null : list(null);
}

/** Says that the items were made within that capacity. */
export function withCapacity<T extends readonly GoValue[]>(items: T, capacity: number): T {
  if (capacity > items.length) rooms.set(items, { kind: 'zeros', count: capacity - items.length });
  return items;
}

/** Says that the items were appended one by one, to a slice of that capacity. */
export function appended<T extends readonly GoValue[]>(items: T, capacity = 0, element: Element = valueElement): T {
  let grown = capacity;
  while (grown < items.length) grown = grownCapacity(grown, grown + 1, element);
  return withCapacity(items, grown);
}

/** Of a slice: strings and `interface {}` are two words, an int is one without a pointer. */
export interface Element {
  readonly bytes: 8 | 16;
  readonly hasPointers: boolean;
}

const valueElement: Element = { bytes: 16, hasPointers: true };

/** The capacity that Go's `append` gives a slice of one capacity which must hold `length` items. */
export function grownCapacity(capacity: number, length: number, { bytes, hasPointers }: Element = valueElement): number {
  return Math.floor(roundedSize(wantedCapacity(capacity, length) * bytes, hasPointers) / bytes);
}

/** Twice as much while it is small, a quarter more when it is large. */
function wantedCapacity(capacity: number, length: number): number {
  if (length > capacity * 2) return length;
  if (capacity < 256) return capacity * 2;
  let wanted = capacity;
  while (wanted < length) wanted += Math.floor((wanted + 768) / 4);
  return wanted;
}

/** Memory comes in these sizes; what has pointers brings a header of 8 bytes, unless it is small. */
const sizes: readonly number[] = [
  8, 16, 24, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 240, 256, 288, 320, 352, 384, 416, 448, 480, 512, 576,
  640, 704, 768, 896, 1024, 1152, 1280, 1408, 1536, 1792, 2048, 2304, 2688, 3072, 3200, 3456, 4096, 4864, 5120, 5376, 6144, 6528,
  6784, 6912, 8192, 9472, 9728, 10240, 10880, 12288, 13568, 14336, 16384, 18432, 19072, 20480, 21760, 24576, 27264, 28672, 32768,
];

function roundedSize(bytes: number, hasPointers: boolean): number {
  const pageBytes = 8192;
  if (bytes > 32_760) return Math.ceil(bytes / pageBytes) * pageBytes;
  const header = hasPointers && bytes > 512 ? 8 : 0;
  return (sizes.find((size) => size >= bytes + header) ?? 32_768) - header;
}
