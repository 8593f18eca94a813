import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, readSync } from 'node:fs';

/** The processes of a PID namespace, seen from outside: those whose `pid` link is that of this one. */
export function processesOfNamespace(pid: number): readonly number[] {
  const wanted = readlinkSync(`/proc/${pid}/ns/pid`);
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((each) => namespaceOf(each) === wanted);
}

function namespaceOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return undefined; // Gone, or not ours to look at.
  }
}

/** Which of these texts stand anywhere in the memory of a process: all mappings that can be read. Throws where that isn't allowed. */
export function foundInMemory(pid: number, texts: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  try {
    for (const [from, to] of mappings(pid)) {
      const bytes = Buffer.alloc(Math.min(to - from, 1 << 28));
      const read = readAt(memory, bytes, from);
      for (const text of texts) if (bytes.subarray(0, read).includes(text)) found.add(text);
    }
  } finally {
    closeSync(memory);
  }
  return found;
}

/** Those that may be read, but for what the kernel puts there itself. */
function mappings(pid: number): readonly (readonly [from: number, to: number])[] {
  const lines = readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n');
  const readable = lines.filter(
    (line) => /^[0-9a-f]+-[0-9a-f]+ r/.test(line) && !/\[(vvar|vsyscall|vdso|vvar_vclock)\]$/.test(line),
  );
  return readable.map((line) => {
    const [from = '', to = ''] = line.split(' ', 1)[0]?.split('-') ?? [];
    return [Number.parseInt(from, 16), Number.parseInt(to, 16)];
  });
}

/** A mapping may have pages behind the end of its file: what can't be read holds nothing. */
function readAt(file: number, bytes: Buffer, at: number): number {
  try {
    return readSync(file, bytes, 0, bytes.length, at);
  } catch {
    return 0;
  }
}
