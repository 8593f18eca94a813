/** Format envfile, read back by the parser that the kubelet has for `fileKeyRef`. Needs Go, and the Go module proxy the first time. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { manyNasty } from '../template/nasty.ts';
import { render } from '../template/rendering.ts';

const kubernetes = 'k8s.io/kubernetes@v1.35.0';

/** A module of its own around the one file of the kubelet, which needs nothing but Go's library. Returns the program. */
function buildReader(dir: string): string {
  const answer = execFileSync('go', ['mod', 'download', '-json', kubernetes], { cwd: dir, encoding: 'utf8' });
  const { Dir: source }: { readonly Dir: string } = JSON.parse(answer);
  mkdirSync(join(dir, 'env'));
  writeFileSync(join(dir, 'go.mod'), 'module keytide.dev/kubelet\n\ngo 1.22\n');
  copyFileSync(join(source, 'pkg/kubelet/util/env/env_util.go'), join(dir, 'env/env_util.go'));
  copyFileSync(join(import.meta.dirname, 'kubelet/main.go'), join(dir, 'main.go'));
  execFileSync('go', ['build', '-o', 'reader', '.'], { cwd: dir, stdio: ['ignore', 'inherit', 'inherit'] });
  return join(dir, 'reader');
}

test('format envfile is read back by the kubelet, value by value', (t) => {
  if (spawnSync('go', ['version']).status !== 0) return t.skip('no Go here');
  const dir = mkdtempSync(join(tmpdir(), 'keytide-kubelet-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const reader = buildReader(dir);
  const values = [
    ...manyNasty(500, (text) => !/[\0']|\r\n/.test(text)),
    '# no comment\n#\n',
    '\n\nA=b',
    `line of ${'x'.repeat(64_900)}`,
    '-----BEGIN X-----\nabc=\n-----END X-----\n',
  ];
  const entries = Object.fromEntries(values.map((value, at) => [`V${at}`, value]));
  const file = join(dir, 'app.env');
  writeFileSync(file, render(readFileSync(join(import.meta.dirname, '../../templates/envfile.eta'), 'utf8'), entries));
  const output = execFileSync(reader, [file, ...Object.keys(entries)], { encoding: 'utf8', maxBuffer: 1 << 26 });
  const read = output
    .trimEnd()
    .split('\n')
    .map((line): string => JSON.parse(line));
  assert.deepEqual(read, values);
});
