import type { Refuse } from './quoting.ts';

/**
 * A value in npm's .npmrc (npm's packages ini and @npmcli/config): as it is where nothing in it has a meaning, else as JSON, and `${X}`
 * with a backslash, since that is replaced by a variable of the environment after all else was read.
 */
export function npmrc(text: string, refuse: Refuse): string {
  if (text === '') return refuse('an npmrc file can not hold an empty value: npm takes it for none');
  if (text !== text.trim()) return refuse('an npmrc file can not hold white space around a value');
  if (/^(true|false|null|undefined)$/.test(text))
    return refuse('an npmrc file can not hold true, false, null and undefined as texts');
  if (/^[^\s;#"'\\$\p{Cc}]+$/u.test(text)) return text;
  const escaped = text.replace(/(?<!\\)(\\*)\$\{[^${}?]+\??\}/g, (variable, slashes: string) => `${slashes}\\${variable}`);
  return JSON.stringify(escaped).replace(/[\u2028\u2029]/g, (mark) => `\\u${mark.charCodeAt(0).toString(16)}`);
}

/** The URL of a registry as npm names it in keys: `//host/path/`, with the port unless it is the usual one. */
export function npmRegistry(text: string, refuse: Refuse): string {
  const url = /^(https?):\/\/([\w.-]+)(:\d+)?((?:\/(?!\.\.?(?:\/|$))[\w.~@+-]*)*)$/.exec(text);
  if (!url) return refuse('this is not the URL of a registry, such as https://registry.example/npm/');
  const [, protocol = '', host = '', port = '', path = ''] = url;
  const usual = protocol === 'https' ? ':443' : ':80';
  return `//${host.toLowerCase()}${port === usual ? '' : port}${path.replace(/\/?$/, '/')}`;
}

/** The scope of npm packages as it is: `@name`. */
export function npmScope(text: string, refuse: Refuse): string {
  return /^@[\w.~-]+$/.test(text) ? text : refuse('this is not a scope, such as @team');
}
