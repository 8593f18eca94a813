/**
 * The other templates that a template puts into itself by `include('NAME')`: files of the same folder, as a ConfigMap mounts them. The name
 * stands in quotes, so that all of them are known before anything runs. A name that is no plain file name is returned as it stands.
 */
function includedTemplates(text: string): readonly string[] {
  const tags = [...text.matchAll(/<%[\s\S]*?%>/g)].map(([tag]) => tag.replace(/\/\*[\s\S]*?\*\//g, ''));
  const calls = tags.flatMap((tag) => [...tag.matchAll(/(?<![\w$.])include\s*\(\s*(?:'([^'\\]*)'|"([^"\\]*)")/g)]);
  return [...new Set(calls.map(([, single, double]) => single ?? double ?? ''))];
}

/** The file of an included template below the folder; undefined: the name would leave it. `header`, `./header` and `header.eta` are one. */
export function includedFile(name: string): string | undefined {
  const bare = name.replace(/^\.\//, '');
  if (!/^[-_a-zA-Z0-9][-._a-zA-Z0-9]*$/.test(bare)) return undefined;
  return bare.endsWith('.eta') ? bare : `${bare}.eta`;
}

/**
 * All that a template includes, and what those include: by the name that stands there. `read` gives the text of a name, or undefined
 * where there is none; what is read is read once.
 */
export async function includedTexts(
  text: string,
  read: (name: string) => Promise<string | undefined>,
): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  const open = [...includedTemplates(text)];
  const seen = new Set(open);
  for (let name = open.shift(); name !== undefined; name = open.shift()) {
    const found = await read(name);
    if (found === undefined) continue;
    texts.set(name, found);
    for (const next of includedTemplates(found)) if (!seen.has(next)) open.push(next);
    for (const next of includedTemplates(found)) seen.add(next);
  }
  return texts;
}
