import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { relativeImports, repository, sourceFiles } from './source-files.ts';

/** Folder -> folders it may import, as the table of docs/architecture.md says. */
function allowedImports(): ReadonlyMap<string, readonly string[]> {
  const page = readFileSync(join(repository, 'docs/architecture.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `([a-z]+)\/` \|[^|]*\| ([^|]*) \|$/gm)];
  return new Map(
    rows.map(([, folder = '', may = '']) => [folder, [...may.matchAll(/`([a-z]+)`/g)].map(([, name = '']) => name)]),
  );
}

test('docs/architecture.md says for every folder of agent/ what it may import', () => {
  const folders = new Set(sourceFiles('agent/*/**/*.ts').map((file) => file.path.split('/')[1] ?? ''));
  const described = allowedImports();
  assert.deepEqual(
    [...folders].filter((folder) => !described.has(folder)),
    [],
  );
});

test('a file imports only from the folders that docs/architecture.md allows', () => {
  const described = allowedImports();
  const wrong: string[] = [];
  for (const file of sourceFiles('agent/*/**/*.ts')) {
    const folder = file.path.split('/')[1] ?? '';
    const allowed = described.get(folder) ?? [];
    if (folder === 'commands') continue; // May import all but main.ts, which the next test covers.
    for (const target of relativeImports(file)) {
      const [, room = '', ...rest] = target.split('/');
      const isInside = target.startsWith('agent/') && rest.length > 0 && (room === folder || allowed.includes(room));
      if (!isInside) wrong.push(`${file.path} imports ${target}; ${folder} may import ${allowed.join(', ') || 'nothing else'}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test('nothing imports main.ts, and only main.ts and commands import commands', () => {
  const wrong: string[] = [];
  for (const file of sourceFiles('agent/**/*.ts')) {
    for (const target of relativeImports(file)) {
      const isCommand = /^agent\/(main\.ts|commands\/.*)$/.test(file.path);
      if (target === 'agent/main.ts' || (target.startsWith('agent/commands/') && !isCommand))
        wrong.push(`${file.path} imports ${target}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test('lint refuses an import that points outwards, and takes one that points inwards', (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'keytide-house-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const config: unknown = JSON.parse(readFileSync(join(repository, 'biome.json'), 'utf8'));
  writeFileSync(join(dir, 'biome.json'), JSON.stringify({ ...Object(config), $schema: undefined, vcs: undefined }));
  const wrong = [
    ['agent/core/a.ts', '../spec/a.ts'],
    ['agent/core/b.ts', '../store-reader.ts'],
    ['agent/resolve/gjson/a.ts', '../../publish/a.ts'],
    ['agent/template/a.ts', '../resolve/a.ts'],
    ['agent/publish/a.ts', '../observe/a.ts'],
    ['agent/check/a.ts', '../template/a.ts'],
    ['agent/reload/a.ts', '../check/a.ts'],
    ['agent/clients/a.ts', '../auth/a.ts'],
    ['agent/auth/a.ts', '../providers/a.ts'],
    ['agent/providers/a.ts', '../spec/a.ts'],
    ['agent/spec/a.ts', '../resolve/a.ts'],
    ['agent/refresher.ts', './commands/a.ts'],
    ['agent/commands/a.ts', '../main.ts'],
    ['agent/observe/b.ts', 'node:process'],
  ] as const;
  const right = [
    ['agent/core/c.ts', './spec.ts'],
    ['agent/resolve/gjson/c.ts', '../../core/spec.ts'],
    ['agent/providers/aws/c.ts', '../../auth/c.ts'],
    ['agent/main.ts', './commands/c.ts'],
  ] as const;
  for (const [path, target] of [...wrong, ...right]) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), `import { a } from '${target}';\n\na();\n`);
  }
  assert.deepEqual(refusedByLint(dir), wrong.map(([path]) => path).sort());
});

/** Files in which lint finds a forbidden import. */
function refusedByLint(dir: string): readonly string[] {
  const args = ['lint', '--reporter=json', '--only=style/noRestrictedImports', '--max-diagnostics=none', '.'];
  const { stdout } = spawnSync(join(repository, 'node_modules/.bin/biome'), args, { cwd: dir, encoding: 'utf8' });
  const report: { diagnostics: readonly { location: { path: string } }[] } = JSON.parse(stdout);
  return report.diagnostics.map((diagnostic) => diagnostic.location.path).sort();
}
