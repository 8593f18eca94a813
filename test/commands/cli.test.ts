import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { version } from '../../agent/commands/build-facts.ts';
import { execOnlyOptions } from '../../agent/commands/exec-options.ts';
import { exitCodeMeanings } from '../../agent/commands/exit-codes.ts';
import { helpText } from '../../agent/commands/help.ts';
import { commandNames, knownCommands } from '../../agent/commands/known-commands.ts';
import { agentOptions, exitAfterFirstOption, type Option, variableOf } from '../../agent/commands/options.ts';
import { formatOption, showValuesOption, timeoutOption, withOption } from '../../agent/commands/render-options.ts';
import { keytide, repository } from './keytide.ts';

const manifests = `apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: { name: fake }
spec: { provider: { fake: { data: [{ key: db, value: 'hunter2hunter2' }] } } }
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: { name: db }
spec:
  refreshInterval: 10m
  secretStoreRef: { name: fake }
  data: [{ secretKey: password, remoteRef: { key: db } }]
`;

function scratch(t: TestContext, text = manifests): string {
  const dir = mkdtempSync(join(tmpdir(), 'keytide-cli-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  writeFileSync(join(dir, 'spec.yaml'), text);
  return dir;
}

const unwrapped = (text: string): string => text.replace(/\s+/g, ' ');

test('--help of each command has every option with default and variable, its exit codes and two examples', async () => {
  for (const name of commandNames) {
    const { options, exitCodes, examples, description } = knownCommands[name];
    for (const columns of [20, 72, 100, 500]) {
      const page = unwrapped(await helpText(name, columns));
      assert.ok(page.includes(unwrapped(description)), `${name}: what it does`);
      for (const option of options as readonly Option[]) {
        assert.ok(page.includes(`--${option.flag}`), `${name} --${option.flag}`);
        if (option.default) assert.ok(page.includes(`default ${option.default}`), `${name} --${option.flag}: default`);
        assert.equal(page.includes(variableOf(option.flag)), option.variable !== 'none', `${name} --${option.flag}: variable`);
      }
      for (const code of [0, 1, 2, ...exitCodes])
        assert.ok(page.includes(`${code} ${exitCodeMeanings[code]}`), `${name}: exit code ${code}`);
      assert.ok(examples.length >= 2);
      for (const { command, meaning } of examples) assert.ok(page.includes(`${command} ${meaning}`), `${name}: ${command}`);
    }
  }
});

test('help keeps within a window', async () => {
  for (const name of [undefined, 'run', 'check'] as const) {
    const page = await helpText(name, 80);
    const prose = page.split('Examples:')[0] ?? '';
    assert.deepEqual(
      prose.split('\n').filter((line) => line.length > 80),
      [],
    );
  }
});

test('every example is a command line that is understood', async () => {
  const { parseCommand } = await import('../../agent/commands/parse.ts');
  for (const name of commandNames) {
    for (const { command } of knownCommands[name].examples) {
      const [, words = ''] = /keytide ([^|>)]+)/.exec(command) ?? [];
      assert.equal(parseCommand(words.trim().split(/\s+/), { env: {}, isTerminal: false }).command, name, command);
    }
  }
});

test('help is told on stdout and ends with 0; wrong usage on stderr with 2', async () => {
  const [overview, run, wrong, later, nothing] = await Promise.all([
    keytide(['help'], { LC_ALL: 'de_DE.UTF-8' }),
    keytide(['run', '--help']),
    keytide(['run', '--rot', '/a']),
    keytide(['doctor']),
    keytide([]),
  ]);
  assert.deepEqual([overview.code, overview.stderr, run.code, run.stderr], [0, '', 0, '']);
  for (const name of commandNames) assert.ok(overview.stdout.includes(`keytide ${name} `), name);
  assert.match(overview.stdout, /Commands:/);
  assert.match(run.stdout, /^keytide run \[OPTIONS\]\n/);
  assert.deepEqual([wrong.code, wrong.stdout], [2, '']);
  assert.match(wrong.stderr, /^keytide: run has no option --rot; .*did you mean "--root"\?\nRun `keytide COMMAND --help`\.\n$/);
  assert.deepEqual([later.code, nothing.code], [2, 2]);
  assert.match(later.stderr, /later version/);
});

test('version tells ours and that of Node; ours is that of package.json', async () => {
  const [text, json] = await Promise.all([keytide(['version']), keytide(['version', '-o', 'json'])]);
  assert.match(text.stdout, new RegExp(`^keytide ${version} \\(Node v\\d+\\.\\d+\\.\\d+\\)\\n$`));
  assert.deepEqual(JSON.parse(json.stdout), { version, node: process.version });
  assert.equal(JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')).version, version);
});

test('schema is one JSON document with our kinds in it', async () => {
  const { code, stdout } = await keytide(['schema']);
  assert.equal(code, 0);
  assert.ok('ExternalSecret' in JSON.parse(stdout).definitions);
});

test('check says what would be read, written and asked, and no value', async (t) => {
  const { code, stdout, stderr } = await keytide(['check', '--spec', scratch(t), '--root', '/vol', '--namespace', 'shop']);
  assert.equal(code, 0, stdout + stderr);
  assert.match(stdout, /^SecretStore\/fake: .*\n(?:.*\n)*? {2}reads {2}db {2}for db\n/m);
  assert.match(stdout, /^delivery db: \/vol\/db\n {2}from {3}db, every 10m\n {2}file {3}0440 agent:agent +password\n/m);
  assert.match(stdout, /accepted\n$/);
  assert.doesNotMatch(stdout + stderr, /hunter2/);
});

test('check ends with 3 for a spec that run would refuse, with every problem in its place', async (t) => {
  const broken = manifests.replace('secretKey: password', 'secretKye: password').replace('10m', '10 minutes');
  const dir = scratch(t, broken);
  const [text, json] = await Promise.all([
    keytide(['check', '--spec', dir]),
    keytide(['check', '-o', 'json'], { KEYTIDE_SPEC: dir }),
  ]);
  assert.deepEqual([text.code, text.stderr, json.code], [3, '', 3]);
  assert.match(
    text.stdout,
    /spec\.yaml:12:\d+: ExternalSecret db: spec\.data\[0\]\.secretKye: unknown field;.*did you mean "secretKey"\?/,
  );
  assert.match(text.stdout, /spec\.yaml:10:\d+: ExternalSecret db: spec\.refreshInterval: /);
  assert.match(text.stdout, /refused: \d errors\n$/);
  const report = JSON.parse(json.stdout);
  assert.deepEqual([report.accepted, report.stores, report.deliveries], [false, [], []]);
  assert.ok(report.problems.some(({ place }: { place?: { line: number } }) => place?.line === 12));
});

test('manifests that are not there end with 3, on stderr, with what to do', async () => {
  const { code, stdout, stderr } = await keytide(['check', '--spec', '/no/such/place']);
  assert.deepEqual([code, stdout], [3, '']);
  assert.match(stderr, /^keytide: .*\/no\/such\/place.*\nMount the manifests/);
});

test('the last words of a service are one line in the log, and the termination message', async (t) => {
  const dir = scratch(t, 'kind: [');
  const log = join(dir, 'termination-log');
  writeFileSync(log, '');
  const { code, stderr } = await keytide(['init', '--spec', dir, '--root', dir, '--allow-disk', '--termination-log', log]);
  assert.equal(code, 3);
  const lines = stderr
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.equal(lines.at(-1).error.code, 'SPEC_INVALID');
  assert.match(readFileSync(log, 'utf8'), /spec\.yaml:1:\d+: /);
});

test('a bug ends with 1, its stack in one line, and the termination message', async (t) => {
  const dir = scratch(t);
  for (const thrown of ['throw new Error("out of paper")', 'Promise.reject(new Error("out of paper"))']) {
    const log = join(dir, 'termination-log');
    writeFileSync(log, '');
    const begun = "process.listenerCount('SIGUSR2') > 0"; // Then the command line was read, too.
    const preload = `const timer = setInterval(() => { if (${begun}) { clearInterval(timer); ${thrown} } }, 1)`;
    const args = [
      'run',
      '--spec',
      dir,
      '--root',
      join(dir, 'volume'),
      '--allow-disk',
      '--listen',
      'off',
      '--termination-log',
      log,
    ];
    const { code, stderr } = await keytide(args, {}, preload);
    assert.equal(code, 1, stderr);
    const line = JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '');
    assert.match(line.msg, /bug/);
    assert.match(line.error.stack, /out of paper\n {4}at /);
    assert.equal(readFileSync(log, 'utf8'), 'a bug ended Keytide: out of paper');
  }
});

test('the first SIGTERM asks for an end, the second one is one', async (t) => {
  const dir = scratch(t);
  const stubborn = 'const exit = process.exit; process.exit = (code) => { process.exit = exit; }; setInterval(() => {}, 1e6)';
  const flags = [
    '--spec',
    dir,
    '--root',
    join(dir, 'volume'),
    '--private',
    join(dir, 'private'),
    '--allow-disk',
    '--listen',
    'off',
  ];
  const preload = `data:text/javascript,${encodeURIComponent(stubborn)}`;
  const args = ['--import', preload, join(repository, 'agent/main.ts'), 'run', ...flags];
  const child = spawn(process.execPath, args, { env: { PATH: process.env['PATH'] }, stdio: ['ignore', 'ignore', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  const ended = new Promise((resolve) => child.on('close', (code, signal) => resolve(code ?? signal)));
  await new Promise<void>((resolve) => child.stderr.on('data', (text: Buffer) => text.includes('"published"') && resolve()));
  child.kill('SIGTERM');
  const again = setInterval(() => child.kill('SIGTERM'), 100); // The first is swallowed by the stubborn exit.
  t.after(() => clearInterval(again));
  assert.equal(await ended, 143);
});

test('a reader that closes the pipe is no failure', async (t) => {
  const child = spawn(process.execPath, [join(repository, 'agent/main.ts'), 'check', '--spec', scratch(t)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.destroy();
  let stderr = '';
  child.stderr.on('data', (text: Buffer) => {
    stderr += text;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  assert.deepEqual([code, stderr], [0, '']);
});

test('bash completes commands, options and their values', async () => {
  const { stdout: script } = await keytide(['completion', 'bash']);
  const complete = (...words: readonly string[]): readonly string[] => {
    const quoted = ['keytide', ...words].map((word) => `'${word}'`).join(' ');
    const code = `${script}\nCOMP_WORDS=(${quoted}); COMP_CWORD=${words.length}; _keytide; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return execFileSync('bash', ['--norc', '-c', code], { encoding: 'utf8', cwd: repository }).trim().split('\n').sort();
  };
  assert.deepEqual(complete(''), [...commandNames].sort());
  assert.deepEqual(complete('ch'), ['check']);
  assert.deepEqual(complete('run', '--log-level', ''), ['debug', 'error', 'info', 'warn']);
  assert.deepEqual(complete('run', ''), [...knownCommands.run.options.map(({ flag }) => `--${flag}`), '--help'].sort());
  assert.deepEqual(complete('check', '--ou'), ['--output']);
  assert.deepEqual(complete('check', '-o', ''), ['json', 'text']);
  assert.deepEqual(complete('run', '--spec', 'READ'), ['README.md']);
  assert.deepEqual(complete('run', '--grace', ''), ['']);
  assert.deepEqual(complete('completion', 'z'), ['zsh']);
});

test('the script for zsh has every option, and zsh reads it', async (t) => {
  const { stdout: script } = await keytide(['completion', 'zsh']);
  for (const { flag, kind } of agentOptions) assert.ok(script.includes(kind === 'switch' ? `'--${flag}[` : `--${flag}=[`), flag);
  try {
    execFileSync('zsh', ['-n', '-c', script], { stdio: 'ignore' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    t.skip('no zsh here');
  }
});

test('docs/cli.md has a row for every option, as the table says it', () => {
  const page = readFileSync(join(repository, 'docs/cli.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `--([a-z-]+)[^|]*(?:\\\|[^|]*)*\| (?:`([A-Z_]+)`)? \| (\S*) \| (.*) \|$/gm)];
  const told = rows.map(([, flag, variable, value, meaning]) => [flag, variable, value, meaning]);
  const wanted = [
    ...agentOptions,
    exitAfterFirstOption,
    timeoutOption,
    showValuesOption,
    formatOption,
    withOption,
    ...execOnlyOptions,
  ].map((option: Option) => {
    const value = option.default === undefined ? (option.kind === 'switch' ? 'off' : '') : `\`${option.default}\``;
    return [option.flag, option.variable === 'none' ? undefined : variableOf(option.flag), value, option.meaning];
  });
  assert.deepEqual(told, wanted);
  for (const name of commandNames) assert.ok(page.includes(`| \`${name}\` | ${knownCommands[name].summary} |`), name);
});
