import { basename } from 'node:path';
import { build, type Metafile, transform } from 'esbuild';

/** One file of the bundle. */
export interface Chunk {
  /** Below the bundle's directory. `main.cjs` is the one that build/loader.cjs starts. */
  readonly name: string;
  readonly text: string;
  /** Source files in it, relative to the repository. */
  readonly inputs: readonly string[];
  /** Chunks that load together with it. What it loads later, with `import()`, isn't among them. */
  readonly imports: readonly string[];
}

/**
 * The agent as CommonJS files that need no node_modules: `import` of node:http in an ES module drags in undici (29 ms),
 * `require` doesn't. esbuild splits only ES modules, so it bundles and splits first and then turns each chunk into
 * CommonJS, `import()` included. Whatever two chunks share is a chunk of its own: AgentError and SecretValue exist once.
 *
 * @param repository where agent/main.ts and node_modules are
 * @param commit what `keytide version` says it was built from
 */
export async function bundle(repository: string, commit: string | undefined): Promise<readonly Chunk[]> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: repository,
    entryPoints: { main: 'agent/main.ts' },
    outdir: 'dist',
    write: false,
    metafile: true,
    bundle: true,
    splitting: true,
    format: 'esm',
    outExtension: { '.js': '.cjs' },
    chunkNames: '[name]-[hash]',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'], // The AWS packages' ES modules shake better than their CommonJS twins.
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none', // All licences are in THIRD-PARTY.txt.
    define: { 'import.meta.url': 'bundledFileUrl', keytideCommit: JSON.stringify(commit) ?? 'undefined' },
    logLevel: 'warning',
  });
  return await Promise.all(
    outputFiles.map(async (file) => {
      const name = basename(file.path);
      return { name, text: await commonJs(name, file.text), ...describe(metafile, `dist/${name}`) };
    }),
  );
}

/** An ES module that imports only built-ins and its sibling chunks, as CommonJS. */
async function commonJs(name: string, text: string): Promise<string> {
  const { code, warnings } = await transform(text, {
    sourcefile: name,
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    supported: { 'dynamic-import': false }, // import('./chunk.cjs') becomes a promise of require('./chunk.cjs').
    minifySyntax: true,
    minifyWhitespace: true,
    banner: text.includes('bundledFileUrl') ? 'const bundledFileUrl = require("node:url").pathToFileURL(__filename).href;' : '',
    logLevel: 'silent',
  });
  const [problem] = warnings;
  if (problem) throw new Error(`${name}: ${problem.text}`);
  return code;
}

function describe(metafile: Metafile, path: string): Pick<Chunk, 'inputs' | 'imports'> {
  const output = metafile.outputs[path];
  if (!output) throw new Error(`esbuild says nothing of ${path}`);
  const imports = output.imports.filter((target) => target.kind === 'import-statement' && !target.external);
  return { inputs: Object.keys(output.inputs), imports: imports.map((target) => basename(target.path)) };
}
