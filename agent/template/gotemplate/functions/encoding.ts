import { GoError } from '../go-error.ts';
import { dict, type GoMap, kindOf } from '../value.ts';
import { decodeBase32, decodeBase64, decodeHex, encodeBase32, encodeBase64 } from './binary-text.ts';
import type { FunctionFamily } from './family.ts';
import { basePath, cleanPath, dirPath, extPath, isAbsolute } from './go-path.ts';
import { type GoUrl, goUrlText, parseGoUrl } from './go-url.ts';
import { hostname } from './go-url-host.ts';

/** Bytes as text, paths and URLs (gotemplate.md 12.10). */
export const functions: FunctionFamily<'encoding'> = () => ({
  b64enc: encodeBase64,
  b64dec: decodeBase64,
  b32enc: encodeBase32,
  b32dec: decodeBase32,
  hexdec: decodeHex,
  base: basePath,
  dir: dirPath,
  clean: cleanPath,
  ext: extPath,
  isAbs: isAbsolute,
  osBase: basePath,
  osDir: dirPath,
  osClean: cleanPath,
  osExt: extPath,
  osIsAbs: isAbsolute,
  urlParse,
  urlJoin,
});

function urlParse(text: string): GoMap {
  const { userinfo, ...parts } = orRefused('unable to parse url', () => parseGoUrl(text));
  return dict(Object.entries({ ...parts, hostname: hostname(parts.host), userinfo: userinfo ?? '' }));
}

function urlJoin(from: GoMap): string {
  const url: GoUrl = {
    scheme: textIn(from, 'scheme'),
    host: textIn(from, 'host'),
    path: textIn(from, 'path'),
    query: textIn(from, 'query'),
    opaque: textIn(from, 'opaque'),
    fragment: textIn(from, 'fragment'),
    userinfo: undefined,
  };
  const given = textIn(from, 'userinfo');
  if (given === '') return goUrlText(url);
  const { userinfo } = orRefused('unable to parse userinfo in dict', () => parseGoUrl(`proto://${given}@host`));
  return goUrlText({ ...url, userinfo });
}

function orRefused(what: string, parse: () => GoUrl): GoUrl {
  try {
    return parse();
  } catch (error) {
    throw error instanceof GoError ? new GoError(`${what}: ${error.message}`) : error;
  }
}

function textIn(from: GoMap, key: string): string {
  const value = from.entries.get(key);
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  if (value === null) throw new GoError('runtime error: invalid memory address or nil pointer dereference', 'fixed');
  throw new GoError(`unable to parse ${key} key, must be of type string, but ${kindOf(value)} found`, 'fixed');
}
