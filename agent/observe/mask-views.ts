/**
 * A text as it reads when its escapes are taken out, with the way back: character i of `text` came from `origin` characters
 * `starts[i]` up to `starts[i + 1]`. A value is searched in every view, so that no mix of escapings hides it.
 */
export interface View {
  readonly text: string;
  /** Undefined: the identity. */
  readonly starts?: Uint32Array;
}

/** JSON within JSON within a URL; what is nested deeper isn't searched. */
const mostViews = 10;
const deepest = 3;

/** The text itself (bytes, one a character) and all that it may stand for. */
export function viewsOf(text: string): readonly View[] {
  const views: View[] = [];
  const queue: (View & { readonly depth: number })[] = [{ text, depth: 0 }];
  for (let view = queue.shift(); view && views.length < mostViews; view = queue.shift()) {
    views.push(view);
    if (view.depth === deepest) continue;
    for (const rule of rules) {
      const decoded = rule.applies.test(view.text) ? decode(view, rule) : undefined;
      if (decoded) queue.push({ ...decoded, depth: view.depth + 1 });
    }
  }
  return views;
}

/** Where a stretch of a view stands in the text it came from. */
export function originOf(view: View, from: number, to: number): readonly [from: number, to: number] {
  const { starts } = view;
  if (!starts) return [from, to];
  let end = to;
  while (end < starts.length - 1 && starts[end] === starts[end - 1]) end += 1; // Half an escape hides the whole one.
  return [starts[from] ?? 0, starts[end] ?? 0];
}

interface Rule {
  readonly applies: RegExp;
  /** Finds each escape. It never stands for more bytes than it has characters. */
  readonly escapes: RegExp;
  /** What it stands for, as bytes. */
  readonly meaning: (escaped: string) => string;
}

const letters: Readonly<Record<string, string>> = { a: '\x07', b: '\b', e: '\x1b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

const rules: readonly Rule[] = [
  // JSON, Go's %q, JavaScript, Python, shell: a letter, \xHH, \uHHHH (in pairs beyond 16 bits), else the character itself.
  {
    applies: /\\/,
    escapes: /\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[\s\S])/g,
    meaning: backslashed,
  },
  { applies: /%[0-9a-fA-F]{2}/, escapes: /%[0-9a-fA-F]{2}/g, meaning: (escaped) => byte(escaped.slice(1)) },
  // A form sends a space as a plus sign.
  {
    applies: /\+/,
    escapes: /%[0-9a-fA-F]{2}|\+/g,
    meaning: (escaped) => (escaped === '+' ? ' ' : byte(escaped.slice(1))),
  },
  // Base64 is cut into lines.
  { applies: /[\r\n]/, escapes: /[\r\n][\r\n\t ]*/g, meaning: () => '' },
];

function backslashed(escaped: string): string {
  const kind = escaped.charAt(1);
  if (kind === 'x' && escaped.length > 2) return byte(escaped.slice(2));
  if (kind !== 'u' || escaped.length < 6) return letters[kind] ?? kind;
  const units = escaped.split('\\u').slice(1);
  const code = units.map((unit) => String.fromCharCode(Number.parseInt(unit, 16))).join('');
  return Buffer.from(code, 'utf8').toString('latin1');
}

function byte(hex: string): string {
  return String.fromCharCode(Number.parseInt(hex, 16));
}

/** The view that one rule makes of another. */
function decode(view: View, { escapes, meaning }: Rule): View {
  const starts = new Uint32Array(view.text.length + 1);
  const pieces: string[] = [];
  let length = 0;
  let at = 0;
  const keep = (to: number): void => {
    pieces.push(view.text.slice(at, to));
    for (; at < to; at += 1) starts[length++] = view.starts ? (view.starts[at] ?? 0) : at;
  };
  for (const match of view.text.matchAll(escapes)) {
    keep(match.index);
    const plain = meaning(match[0]);
    pieces.push(plain);
    for (let i = 0; i < plain.length; i += 1) starts[length++] = originOf(view, at, at)[0];
    at += match[0].length;
  }
  keep(view.text.length);
  starts[length] = originOf(view, at, at)[0];
  return { text: pieces.join(''), starts: starts.subarray(0, length + 1) };
}
