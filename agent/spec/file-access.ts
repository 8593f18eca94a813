import { pathProblem } from '../core/file-path.ts';
import { optional } from '../core/object-shape.ts';
import { integer, inWords, refine, refuse, type Shape, string } from '../core/shape.ts';

const advice = 'write permission bits as text, such as "0440"';

/** Permission bits. `0440` without quotes is what YAML 1.1 calls octal, and understood; `440` would be something else, and is refused. */
export const mode: Shape<number> = {
  schema: { type: 'string', pattern: '^0?[0-7]{3}$', description: 'Permission bits, such as "0440".' },
  decode(node, context) {
    const text =
      node.kind === 'string' ? node.value : node.kind === 'number' && /^0o?[0-7]{3}$/.test(node.text) ? node.text : undefined;
    if (text === undefined) return refuse(node, context, `${inWords(node)} stands here; ${advice}`);
    return /^0?o?[0-7]{3}$/.test(text)
      ? Number.parseInt(text.replace('o', ''), 8)
      : refuse(node, context, `not permission bits; ${advice}`);
  },
};

/** A user or group id. */
const id = integer({ min: 0, max: 2 ** 32 - 2 });

export const access = { mode: optional(mode), owner: optional(id), group: optional(id) };

/** A path below a delivery's directory, or of one below the volume's root. */
export const safePath: Shape<string> = refine(
  string({ description: 'Below the directory: letters, digits, "-", ".", "_" and "/".' }),
  (path) => {
    const wrong = pathProblem(path);
    return wrong ? { wrong: `this path ${wrong}` } : { value: path };
  },
);

export const directoryPath: Shape<string> = refine(safePath, (path) =>
  path.split('/')[0] === '.keytide' ? { wrong: "the directory .keytide is the agent's own" } : { value: path },
);
