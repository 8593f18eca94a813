import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import test from 'node:test';
import { codeOnly, committedPaths, repository, sourceFiles } from './source-files.ts';

const agent = sourceFiles('agent/**/*.ts');

/** `path:line: text` of every line of code that matches. */
function linesOfCode(files: typeof agent, pattern: RegExp): readonly string[] {
  return files.flatMap((file) =>
    codeOnly(file.text)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${file.path}:${index + 1}: ${line.trim()}`] : [])),
  );
}

test('only agent/main.ts reads the process: argv, environment, standard streams, signals, exit', () => {
  const others = agent.filter((file) => file.path !== 'agent/main.ts');
  assert.deepEqual(linesOfCode(others, /(?<![\w.'"`/-])process\.(?!getBuiltinModule\b)[a-z]/), []);
});

test('a secret is revealed only where docs/architecture.md says so', () => {
  const mayReveal =
    /^agent\/(core\/secret-value\.ts|(resolve|template|check|publish|auth|providers)\/.*|clients\/vault\/revealed\.ts|observe\/mask[^/]*\.ts|exec\/child-environment\.ts|commands\/render-value\.ts)$/;
  const others = agent.filter((file) => !mayReveal.test(file.path));
  assert.deepEqual(linesOfCode(others, /\.reveal\(/), []);
});

test('files are named for what they do: no index, utils, helpers, common, manager, service', () => {
  const vague = /^(index|.*-)?(index|utils?|helpers?|common|misc|managers?|services?)(\.test)?\.ts$/;
  const paths = sourceFiles('{agent,bench,build,demo,test}/**/*.ts').map((file) => file.path);
  assert.deepEqual(
    paths.filter((path) => vague.test(basename(path)) && !/^secrets-manager\b/.test(basename(path))), // AWS's name for it.
    [],
  );
});

test('the agent can be bundled as CommonJS: no top-level await, no import.meta', () => {
  assert.deepEqual(linesOfCode(agent, /^(await|for await|(export )?const [^=]+= await)\b|\bimport\.meta\b/), []);
});

test('every error code has an entry in docs/errors.md, and every entry is a code', async () => {
  const { errorCodes } = await import('../../agent/core/agent-error.ts');
  const page = readFileSync(join(repository, 'docs/errors.md'), 'utf8');
  const entries = [...page.matchAll(/^#{2,4} `?([A-Z][A-Z_]+)`?\s*$/gm)].map(([, code]) => code);
  assert.deepEqual(entries.toSorted(), [...errorCodes].toSorted());
});

test('no committed text names a path of one machine or the address of a package registry', (t) => {
  const paths = committedPaths();
  if (!paths) return t.skip('not a git checkout');
  const machine = /\/work\/(main|shared)|\/root\/\.(cache|pyenv)|registry\.npmjs|files\.pythonhosted|proxy\.golang|"resolved":/;
  const texts = paths.filter((path) => /\.(ts|cjs|mjs|js|json|md|ya?ml|sh|txt)$|(^|\/)(Dockerfile|run)$/.test(path));
  const wrong = texts.filter(
    (path) => path !== 'test/house/rules.test.ts' && machine.test(readFileSync(join(repository, path), 'utf8')),
  );
  assert.deepEqual(wrong, []);
});

test('the lock file pins what package.json asks for, and dependencies are pinned exactly', () => {
  const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
    readFileSync(join(repository, 'package.json'), 'utf8'),
  );
  const ranges = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });
  assert.deepEqual(
    ranges.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(String(version))),
    [],
  );
});
