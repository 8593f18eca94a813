import type { JobFile, JobStep } from '../publish/processes/job.ts';

/** What a publisher does until it is killed, on what its predecessor left. */
export interface Scenario {
  readonly name: string;
  /** Done by a process that lives. */
  readonly before: readonly JobStep[];
  /** The last of these is what the kill interrupts. */
  readonly steps: readonly JobStep[];
  /** What readers may see afterwards: before, or after the last step. */
  readonly old: Readonly<Record<string, string>>;
  readonly new: Readonly<Record<string, string>>;
}

const oldFiles = { a: 'old', b: 'old', 'conf/x': 'old', 'conf/gone': 'old', gone: 'old' };
const newFiles = { a: 'new', b: 'old', 'conf/x': 'new', 'conf/deep/y': 'new', added: 'new' };

export const scenarios: readonly Scenario[] = [
  {
    name: 'the first generation',
    before: [],
    steps: [publish(1, oldFiles)],
    old: {},
    new: oldFiles,
  },
  {
    name: 'the next generation, with files that are added, changed and gone',
    before: [publish(1, oldFiles)],
    steps: [{ kind: 'adopt' }, publish(2, newFiles)],
    old: oldFiles,
    new: newFiles,
  },
  {
    name: 'a generation that is checked before it is shown',
    before: [publish(1, oldFiles)],
    steps: [{ kind: 'adopt' }, publish(2, newFiles, 'agrees')],
    old: oldFiles,
    new: newFiles,
  },
  {
    name: 'sweeping older generations',
    before: [publish(1, oldFiles), publish(2, newFiles), publish(3, oldFiles)],
    steps: [{ kind: 'sweep', wanted: [3] }],
    old: oldFiles,
    new: oldFiles,
  },
  {
    name: 'removing the delivery',
    before: [publish(1, newFiles), publish(2, oldFiles)],
    steps: [{ kind: 'remove' }],
    old: oldFiles,
    new: {},
  },
];

function publish(generation: number, files: Readonly<Record<string, string>>, check?: 'agrees'): JobStep {
  const jobFiles = Object.entries(files).map(([path, text]): JobFile => ({ path, text }));
  return { kind: 'publish', generation, files: jobFiles, ...(check ? { check } : {}) };
}
