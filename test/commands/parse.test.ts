import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { commandNames, laterCommands } from '../../agent/commands/known-commands.ts';
import { type AgentOptions, agentOptions, variableOf } from '../../agent/commands/options.ts';
import { type Invocation, parseCommand } from '../../agent/commands/parse.ts';
import { AgentError } from '../../agent/core/agent-error.ts';

type Env = Readonly<Record<string, string>>;

function parsed(line: string, env: Env = {}, isTerminal = false): Invocation {
  return parseCommand(
    line.split(' ').filter((word) => word !== ''),
    { env, isTerminal },
  );
}

function optionsOf(line: string, env: Env = {}): AgentOptions {
  const invocation = parsed(line, env);
  assert.ok('options' in invocation);
  return invocation.options;
}

function refuses(line: string | readonly string[], pattern: RegExp, env: Env = {}): void {
  const argv = typeof line === 'string' ? line.split(' ') : line;
  assert.throws(
    () => parseCommand(argv, { env, isTerminal: false }),
    (error) => {
      assert.ok(error instanceof AgentError && error.code === 'USAGE', String(error));
      assert.match(error.message, pattern);
      return true;
    },
  );
}

test('without options a command runs on the defaults of the design', () => {
  assert.deepEqual(parsed('run'), {
    command: 'run',
    options: {
      ...{ spec: ['/etc/keytide'], root: '/run/keytide', private: '/run/keytide-private', feedback: '/run/keytide-feedback' },
      ...{ credentials: '/etc/keytide-credentials', configmaps: '/etc/keytide-configmaps' },
      ...{ tokens: '/var/run/secrets/keytide', annotations: '/etc/podinfo/annotations', isPrivateGiven: false },
      ...{ listen: ':8421', initTimeoutMs: 300_000, graceMs: 2_000 },
      ...{
        allowDisk: false,
        strictIdentity: false,
        allowNodeCredentials: false,
        keepToken: false,
        exitAfterFirst: false,
        hookHosts: [],
        templates: ['eta', 'go'],
      },
      ...{ logLevel: 'info', terminationLog: '/dev/termination-log', logFormat: 'json' },
    },
  });
  assert.equal(optionsOf('init').listen, 'off');
});

test('every option of the table is read from its flag and from its variable, to the same effect', () => {
  const samples: Readonly<Record<string, string>> = {
    spec: '/a',
    listen: '127.0.0.1:9',
    'init-timeout': '90s',
    grace: '1h',
    templates: 'go',
    'log-level': 'debug',
    'log-format': 'pretty',
  };
  for (const { flag, kind } of agentOptions) {
    const value = samples[flag] ?? (kind === 'switch' ? 'true' : '/some/where');
    const byFlag = optionsOf(`run --${flag}=${value}`);
    assert.notDeepEqual(byFlag, optionsOf('run'), `--${flag} has no effect`);
    assert.deepEqual(optionsOf('run', { [variableOf(flag)]: value }), byFlag, variableOf(flag));
    assert.deepEqual(optionsOf('run', { [variableOf(flag)]: '' }), optionsOf('run'), `an empty ${variableOf(flag)}`);
  }
});

test('flags beat variables, variables beat defaults', () => {
  const env = { KEYTIDE_ROOT: '/env', KEYTIDE_GRACE: '7s', KEYTIDE_ALLOW_DISK: 'true' };
  const options = optionsOf('run --root /flag --no-allow-disk', env);
  assert.deepEqual([options.root, options.graceMs, options.allowDisk], ['/flag', 7_000, false]);
});

test('paths add up; in the variable they are separated as in PATH', () => {
  assert.deepEqual(optionsOf('run --spec /a --spec=/b:c').spec, ['/a', '/b:c']);
  assert.deepEqual(optionsOf('run', { KEYTIDE_SPEC: '/a:/b::' }).spec, ['/a', '/b']);
  assert.equal(optionsOf('run --root /a --root /b').root, '/b');
});

test('variables that a Service called keytide makes are ignored', () => {
  const env = { KEYTIDE_PORT: 'tcp://10.0.0.1:80', KEYTIDE_SERVICE_HOST: '10.0.0.1', KEYTIDE_PORT_80_TCP: 'x', KEYTIDE_: '1' };
  assert.deepEqual(parsed('run', env), parsed('run'));
});

test('a private directory that is named counts as wanted', () => {
  assert.equal(optionsOf('run --private /p').isPrivateGiven, true);
  assert.equal(optionsOf('run', { KEYTIDE_PRIVATE: '/p' }).isPrivateGiven, true);
});

test('logs are for people at a terminal, unless told otherwise', () => {
  const format = (line: string, isTerminal: boolean): string => {
    const invocation = parsed(line, {}, isTerminal);
    return 'options' in invocation ? invocation.options.logFormat : '';
  };
  assert.deepEqual(
    [format('run', true), format('run', false), format('run --log-format json', true)],
    ['pretty', 'json', 'json'],
  );
});

test('switches take all usual words', () => {
  for (const [word, isOn] of [
    ['true', true],
    ['1', true],
    ['yes', true],
    ['on', true],
    ['false', false],
    ['0', false],
    ['no', false],
    ['off', false],
  ] as const) {
    assert.equal(optionsOf(`run --allow-disk=${word}`).allowDisk, isOn);
    assert.equal(optionsOf('run', { KEYTIDE_ALLOW_DISK: word }).allowDisk, isOn);
  }
  refuses('run --allow-disk=maybe', /--allow-disk: maybe is neither true nor false/);
});

test('addresses to listen on', () => {
  for (const listen of [':8421', '127.0.0.1:0', '[::1]:8421', 'localhost:65535', 'off'])
    assert.equal(optionsOf(`run --listen ${listen}`).listen, listen);
  for (const listen of ['8421', ':65536', '::1:80', 'a:b', ':', '[::1]', 'http://a:1'])
    refuses(`run --listen ${listen}`, /--listen: .* is no address to listen on; write :PORT/);
});

test('other commands have their own words', () => {
  assert.deepEqual(parsed('version'), { command: 'version', output: 'text' });
  assert.deepEqual(parsed('--version'), { command: 'version', output: 'text' });
  assert.deepEqual(parsed('version -o json'), { command: 'version', output: 'json' });
  assert.deepEqual(parsed('schema'), { command: 'schema' });
  assert.deepEqual(parsed('completion zsh'), { command: 'completion', shell: 'zsh' });
  assert.equal(parsed('check --output json').command, 'check');
});

test('help is asked for in every way people try', () => {
  for (const line of ['--help', '-h', 'help']) assert.deepEqual(parsed(line), { command: 'help' });
  for (const line of ['run --help', 'run -h', '--help run', 'help run', 'run --no-such --help'])
    assert.deepEqual(parsed(line), { command: 'help', about: 'run' }, line);
});

test('what is wrong is named, with what may have been meant', () => {
  refuses('chek', /unknown command chek; there are: init, .*; did you mean "check"\?/);
  refuses([], /which command\? there are: init/);
  refuses('--spec /a', /which command\?/);
  refuses('run --rot /a', /run has no option --rot; it has: --spec, .*; did you mean "--root"\?/);
  refuses('run -x', /run has no option -x/);
  refuses('run -o json', /run has no option -o/);
  refuses('schema --spec /a', /schema has no option --spec; it has: --help/);
  refuses('run now', /run takes no now/);
  refuses('completion', /completion needs a shell: bash or zsh/);
  refuses('completion fish', /unknown shell fish; there are: bash, zsh/);
  refuses('help me', /unknown command me/);
  refuses('check -o yaml', /--output: yaml is not known; allowed: text, json/);
  refuses('run --log-level warm', /--log-level: warm is not known; allowed: .*; did you mean "warn"\?/);
  refuses('run --grace 5', /--grace: 5 is not a duration; write for instance 90s/);
  refuses('run --grace=-5s', /--grace: -5s is negative/);
  refuses('run --templates eta,jinja', /--templates: jinja is not known; allowed: eta, go/);
  refuses('run', /KEYTIDE_GRACE: soon is not a duration/, { KEYTIDE_GRACE: 'soon' });
});

test('a value is never taken from the next flag', () => {
  refuses('run --root', /--root needs a value/);
  refuses('run --root --allow-disk', /--root needs a value; if --allow-disk is meant as one, write --root=--allow-disk/);
  refuses(['run', '--root', ''], /--root needs a value/);
  assert.equal(optionsOf('run --root=--odd').root, '--odd');
});

test('commands of later versions say that they are', () => {
  for (const name of laterCommands) {
    refuses(name, new RegExp(`${name} comes with a later version`));
    refuses(`help ${name}`, new RegExp(`${name} comes with a later version`));
  }
});

test('any words at all are understood or refused as wrong usage', () => {
  const words = fc.oneof(
    fc.string(),
    fc.constantFrom(
      ...commandNames,
      ...agentOptions.map(({ flag }) => `--${flag}`),
      '--',
      '-',
      '-o',
      '--no-spec',
      '--help=1',
      '-oh',
    ),
  );
  fc.assert(
    fc.property(
      fc.array(words, { maxLength: 6 }),
      fc.dictionary(fc.constantFrom(...agentOptions.map(({ flag }) => variableOf(flag))), fc.string()),
      (argv, env) => {
        try {
          assert.ok(commandNames.includes(parseCommand(argv, { env, isTerminal: false }).command));
        } catch (error) {
          assert.ok(error instanceof AgentError && error.code === 'USAGE', String(error));
          assert.ok(error.message.length < 1_500, 'too long to read');
        }
      },
    ),
    { numRuns: 1_000 },
  );
});
