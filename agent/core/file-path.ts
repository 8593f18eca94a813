/**
 * Which paths a file of a delivery, or the directory of one, may have. A path is what an app and a shell script get to see, and a store
 * may be filled by somebody else than who wrote the manifest: so few characters are allowed, and none that could leave the directory.
 */
const segmentForm = /^[-._a-zA-Z0-9]+$/;

/** Linux's NAME_MAX. A path stays well below its PATH_MAX (4,096), since readers have the volume and a generation's name in front of it. */
const longestSegment = 255;
const longestPath = 1_024;
/** Each directory is held open while what is below it is written or removed. */
const mostSegments = 32;

/** What is wrong with a path, as the end of a sentence (`"a//b" has an empty segment`), or undefined when it is fine. */
export function pathProblem(path: string): string | undefined {
  if (path === '') return 'is empty';
  if (path.length > longestPath) return `is longer than ${longestPath} bytes`;
  const segments = path.split('/');
  if (segments.length > mostSegments) return `has more than ${mostSegments} segments`;
  for (const segment of segments) {
    const problem = segmentProblem(segment);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function segmentProblem(segment: string): string | undefined {
  if (segment === '') return 'has an empty segment (a slash at its start, at its end, or twice)';
  if (segment === '.') return 'has the segment "."';
  if (segment.startsWith('..')) return `has the segment "${shown(segment)}": names that begin with ".." belong to the publisher`;
  if (!segmentForm.test(segment)) return 'may only hold letters, digits, "-", "." and "_" between slashes';
  if (segment.length > longestSegment) return `has a segment longer than ${longestSegment} bytes`;
  return undefined;
}

/** A name may be a key of a foreign object: as little of it as tells which one it is, and no control characters. */
function shown(segment: string): string {
  return segment.replace(/[^-._a-zA-Z0-9]/g, '?').slice(0, 40);
}

export interface PathConflict {
  readonly path: string;
  /** The end of a sentence that begins with the path. */
  readonly problem: string;
}

/** The first path that is given twice, or is a file where another needs a directory; undefined when all go together. */
export function pathConflict(paths: readonly string[]): PathConflict | undefined {
  const files = new Set<string>();
  for (const path of paths) {
    if (files.has(path)) return { path, problem: 'is given twice' };
    files.add(path);
  }
  for (const path of paths) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const directory = path.slice(0, end);
      if (files.has(directory)) return { path: directory, problem: `is a file, and the directory of "${path}"` };
    }
  }
  return undefined;
}
