/** Options that take the next argument as their value, by interpreter: what follows them is not the script. */
const valueOptions: Readonly<Record<string, readonly string[]>> = {
  node: ['-r', '--require', '--import', '--loader', '--experimental-loader', '-C', '--conditions', '--env-file', '--title'],
  python: ['-W', '-X', '--check-hash-based-pycs'],
  ruby: ['-I', '-r', '-C', '-E', '-W'],
  perl: ['-I'],
  php: ['-c', '-d', '-z'],
  java: ['-cp', '-classpath', '--class-path', '-p', '--module-path', '--add-modules', '--add-opens', '--add-exports'],
  sh: ['-o', '-O'],
};

/** Options whose value is the program text itself: then there is no script. */
const inlineOptions = new Set(['-c', '-e', '-p', '--eval', '--print', '-pe']);

/** Options whose value is what is run: `python -m gunicorn`, `java -jar app.jar`, `php -f x.php`. */
const scriptOptions = new Set(['-m', '-jar', '--module', '-f']);

/**
 * What an interpreter was told to run: `/app/server.js` of `node --enable-source-maps /app/server.js`, `gunicorn` of
 * `python3 -m gunicorn`. Undefined when the program is no interpreter that we know, or runs text of its command line.
 */
export function scriptArgument(args: readonly string[]): string | undefined {
  const interpreter = interpreterOf(args[0] ?? '');
  if (interpreter === undefined) return undefined;
  const takesValue = valueOptions[interpreter] ?? [];
  for (let at = 1; at < args.length; at += 1) {
    const arg = args[at] ?? '';
    if (takesValue.includes(arg)) at += 1;
    else if (scriptOptions.has(arg)) return args[at + 1];
    else if (inlineOptions.has(arg)) return undefined;
    else if (!arg.startsWith('-')) return arg;
  }
  return undefined;
}

/** The family of an interpreter, whatever its version is: `python` of `/usr/bin/python3.11`. */
function interpreterOf(program: string): string | undefined {
  const name = lastPart(program)
    .replace(/^-/, '')
    .replace(/[0-9.]+$/, '');
  if (['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh'].includes(name)) return 'sh';
  if (['nodejs', 'MainThread'].includes(name)) return 'node';
  return Object.hasOwn(valueOptions, name) ? name : undefined;
}

/** `nginx` of `/usr/sbin/nginx`. */
export function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
