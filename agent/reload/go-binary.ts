import { type FileHandle, open } from 'node:fs/promises';

/**
 * True when an ELF executable was made by Go: the linker leaves a section `.go.buildinfo` in it, which strip keeps, and
 * the text `\xff Go buildinf:` at the start of its writable data (debug/buildinfo in Go's library). Throws what the file
 * system throws. Only the headers and one block are read: executables are large.
 */
export async function isGoBinary(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const header = await block(file, 0, 64);
    const isElf64 = header.length === 64 && header.readUInt32BE(0) === 0x7f454c46 && header[4] === 2 && header[5] === 1;
    if (!isElf64) return false; // 32 bits or big endian: no platform that the agent runs on.
    return (await hasGoSection(file, header)) || (await hasGoData(file, header));
  } finally {
    await file.close();
  }
}

const magic = Buffer.from('\xff Go buildinf:', 'latin1');
/** Bounds for what a broken file may ask for. */
const longestTable = 1 << 20;

/** The section names are one string of NUL-ended texts. */
async function hasGoSection(file: FileHandle, header: Buffer): Promise<boolean> {
  const [size, count, namesIndex] = [header.readUInt16LE(58), header.readUInt16LE(60), header.readUInt16LE(62)];
  if (size < 64 || namesIndex >= count) return false;
  const table = await block(file, Number(header.readBigUInt64LE(40)), size * count);
  if (table.length < size * count) return false;
  const names = table.subarray(namesIndex * size);
  const text = await block(file, Number(names.readBigUInt64LE(24)), Number(names.readBigUInt64LE(32)));
  return text.includes('\0.go.buildinfo\0');
}

/** For executables without a section table: the first 64 KiB of each writable segment that is loaded. */
async function hasGoData(file: FileHandle, header: Buffer): Promise<boolean> {
  const [size, count] = [header.readUInt16LE(54), header.readUInt16LE(56)];
  if (size < 56) return false;
  const table = await block(file, Number(header.readBigUInt64LE(32)), size * count);
  for (let at = 0; at + size <= table.length; at += size) {
    const isWritableLoad = table.readUInt32LE(at) === 1 && (table.readUInt32LE(at + 4) & 2) !== 0;
    if (!isWritableLoad) continue;
    const data = await block(file, Number(table.readBigUInt64LE(at + 8)), 1 << 16);
    if (data.includes(magic)) return true;
  }
  return false;
}

async function block(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const wanted = Math.min(length, longestTable);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(wanted), 0, wanted, position);
  return buffer.subarray(0, bytesRead);
}
