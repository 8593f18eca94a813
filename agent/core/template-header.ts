/**
 * What an eta or Go template says of itself in the comment that it begins with. All of it is for people but `mode`, `needs` and `options`,
 * which the agent acts on; docs/templates.md shows how it is written.
 */
export interface TemplateHeader {
  readonly summary: string;
  /** Label -> its text, such as `Makes` -> `~/.pgpass`. */
  readonly says: ReadonlyMap<HeaderLabel, string>;
  /** Permission bits without which its reader would refuse the file. */
  readonly mode?: number;
  /** What `it` holds: all entries, or these values. */
  readonly needs: 'all' | readonly HeaderField[];
  /** What `options` holds. */
  readonly options: readonly HeaderField[];
}

export interface HeaderField {
  readonly name: string;
  readonly meaning: string;
  /** What it is when nothing is given; a field without one must be given, unless it is optional. */
  readonly standard?: string;
  readonly isOptional: boolean;
}

const labels = ['Makes', 'Mode', 'Needs', 'With', 'Holds', 'Read by', 'Example', 'Gives'] as const;
export type HeaderLabel = (typeof labels)[number];

/** The text of a label begins here, and its further lines have as many spaces. */
const margin = 9;

/** The header of a template; undefined when it begins with no such comment. What stands there and is no label is passed over. */
export function templateHeader(text: string): TemplateHeader | undefined {
  const comment = /^(?:<%\/\*|\{\{-? ?\/\*)\n([\s\S]*?)\n\*\//.exec(text)?.[1];
  if (comment === undefined) return undefined;
  const says = labelled(comment);
  if (!says.has('Needs')) return undefined;
  const mode = says.get('Mode');
  const needs = says.get('Needs') ?? '';
  return {
    summary: comment.split('\n\n', 1)[0]?.replaceAll('\n', ' ') ?? '',
    says,
    ...(mode === undefined ? {} : { mode: Number.parseInt(mode, 8) }),
    needs: /^all entries\b/.test(needs) ? 'all' : needs === 'nothing' ? [] : fieldsOf(needs),
    options: fieldsOf(says.get('With') ?? ''),
  };
}

function labelled(comment: string): ReadonlyMap<HeaderLabel, string> {
  const says = new Map<HeaderLabel, string>();
  let label: HeaderLabel | undefined;
  for (const line of comment.split('\n')) {
    const begun = labels.find((each) => line.startsWith(each.padEnd(margin)));
    label = begun ?? label;
    if (label === undefined || (begun === undefined && line !== '' && !line.startsWith(' '.repeat(margin)))) continue;
    says.set(label, begun === undefined ? `${says.get(label)}\n${line.slice(margin)}` : line.slice(margin));
  }
  return new Map([...says].map(([name, words]) => [name, words.replace(/\n+$/, '')]));
}

/** A line each: `name`, `name?` or `name=standard`, then what it means; a line that begins with a space goes on with that. */
function fieldsOf(text: string): readonly HeaderField[] {
  const lines = text.replace(/\n +/g, ' ').split('\n');
  return lines.flatMap((line) => {
    const [, name, mark = '', standard, meaning = ''] = /^([\w.-]+)(\??)(?:=(\S*))?(?: +(.*))?$/.exec(line) ?? [];
    if (name === undefined) return [];
    return [{ name, meaning, isOptional: mark === '?', ...(standard === undefined ? {} : { standard }) }];
  });
}
