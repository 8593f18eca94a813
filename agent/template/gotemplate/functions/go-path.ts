/** Slash paths as Go's `path` takes them apart (gotemplate.md 12.10); on Linux `path/filepath` does the same. */

/** Without `.`, `..` and doubled slashes, as far as the text alone allows. */
export function cleanPath(path: string): string {
  const isRooted = path.startsWith('/');
  const kept: string[] = [];
  for (const element of path.split('/')) {
    if (element === '' || element === '.') continue;
    if (element !== '..') kept.push(element);
    else if (kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else if (!isRooted) kept.push(element);
  }
  return `${isRooted ? '/' : ''}${kept.join('/')}` || '.';
}

/** The last element; `.` of nothing and `/` of nothing but slashes. */
export function basePath(path: string): string {
  if (path === '') return '.';
  let end = path.length;
  while (end > 0 && path[end - 1] === '/') end -= 1;
  return end === 0 ? '/' : path.slice(path.lastIndexOf('/', end - 1) + 1, end);
}

/** All before the last slash, clean. */
export function dirPath(path: string): string {
  return cleanPath(path.slice(0, path.lastIndexOf('/') + 1));
}

/** From the last point in the last element on. */
export function extPath(path: string): string {
  const point = path.lastIndexOf('.');
  return point > path.lastIndexOf('/') ? path.slice(point) : '';
}

export function isAbsolute(path: string): boolean {
  return path.startsWith('/');
}
