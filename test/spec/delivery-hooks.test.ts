import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Delivery } from '../../agent/core/spec.ts';
import type { ReadSpecOptions } from '../../agent/spec/read-spec.ts';
import { documents, externalSecret, reportOf, specOf, store } from './given-spec.ts';

const entries = ['tls.crt', 'tls.key', 'password'].map((key) => `{ secretKey: ${key}, remoteRef: { key: ${key} } }`).join(', ');

/** A Delivery of an external secret `a` that has the files tls.crt, tls.key and password, and nothing else. */
function given(fields: string, secret = `{ secretStoreRef: { name: store }, data: [${entries}] }`): string {
  const delivery = `apiVersion: keytide.dev/v1alpha1\nkind: Delivery\nmetadata: { name: web }\nspec: { externalSecrets: [a], ${fields} }\n`;
  return documents(store, externalSecret(secret, 'a'), delivery);
}

async function deliveryOf(fields: string, options: Partial<ReadSpecOptions> = {}): Promise<Delivery> {
  const [delivery] = (await specOf(given(fields), options)).deliveries;
  assert.ok(delivery);
  return delivery;
}

async function refuses(fields: string, pattern: RegExp, options: Partial<ReadSpecOptions> = {}): Promise<void> {
  const { errors } = await reportOf(given(fields), options);
  assert.match(errors.join('\n'), pattern, fields);
}

const success = Array.from({ length: 100 }, (_, index) => 200 + index);
const plainCall = { headers: {}, expectStatus: success, timeoutMs: 5_000, retries: 0, tls: { skipVerify: false } };

describe('reload steps', () => {
  it('have defaults: POST, any success, 5 s for a call, 30 s for a program', async () => {
    const { reload, onVerifyFailure, stagger, check, verify } = await deliveryOf(`reload: [
      { http: { url: "http://127.0.0.1:9090/-/reload" } },
      { exec: { command: [/reload.sh, "{generation}"] } },
      { touch: { path: "{feedback}/reload" } }]`);
    assert.deepEqual(reload, [
      { kind: 'http', method: 'POST', url: 'http://127.0.0.1:9090/-/reload', ...plainCall },
      { kind: 'exec', command: ['/reload.sh', '{generation}'], timeoutMs: 30_000 },
      { kind: 'touch', path: '{feedback}/reload' },
    ]);
    assert.deepEqual([onVerifyFailure, stagger, check, verify], ['rollback', { kind: 'none' }, undefined, undefined]);
  });

  it('take all that a call can say', async () => {
    const { reload } = await deliveryOf(`reload: [{ http: {
      method: PUT, url: /reload, socket: /run/app.sock, headers: { X-Token: "{delivery}" }, body: "{}", expectStatus: [204],
      timeout: 2s, retries: 3, tls: { serverName: app, ca: "{dir}/ca.crt", skipVerify: true } } }]`);
    assert.deepEqual(JSON.parse(JSON.stringify(reload)), [
      {
        ...{ kind: 'http', method: 'PUT', url: 'http://localhost/reload', socket: '/run/app.sock', body: '{}', retries: 3 },
        ...{ headers: { 'X-Token': '{delivery}' }, expectStatus: [204], timeoutMs: 2_000 },
        tls: { serverName: 'app', ca: '{dir}/ca.crt', skipVerify: true },
      },
    ]);
  });

  const wrong: Readonly<Record<string, readonly [step: string, problem: RegExp]>> = {
    'two kinds in one': ['exec: { command: [a] }, touch: { path: /a }', /exec and touch stand here together; exactly one of/],
    'an unknown kind': ['htp: { url: "http://localhost" }', /reload\[0\]\.htp: unknown field.*did you mean "http"/],
    'no url': ['http: {}', /reload\[0\]\.http\.url: must be given/],
    'a url that is none': ['http: { url: "127.0.0.1:80" }', /http\.url: a url such as http/],
    'a path without a socket': ['http: { url: /reload }', /http\.url: a url such as http/],
    'another protocol': ['http: { url: "ftp://localhost/" }', /http\.url: a url such as http/],
    'a user in the url': ['http: { url: "http://a:b@localhost/" }', /user or password is not taken/],
    'a placeholder for the host': ['http: { url: "http://{delivery}:80/" }', /placeholder may only stand in the path/],
    'a placeholder for the port': ['http: { url: "http://127.0.0.1:{generation}/" }', /placeholder may only stand in the path/],
    'a host behind a backslash': ['http: { url: "http://127.0.0.1\\\\{dir}@example.com/" }', /placeholder may only stand/],
    'an unknown method': ['http: { url: "http://localhost/", method: PST }', /did you mean "POST"/],
    'a body to GET': ['http: { url: "http://localhost/", method: GET, body: x }', /http\.body: GET has no body/],
    'a header that frames': ['http: { url: "http://localhost/", headers: { Content-Length: "3" } }', /Content-Length: no header/],
    'a header with a line end': [
      'http: { url: "http://localhost/", headers: { X: "a\\nb" } }',
      /headers\.X: not allowed.*one line/,
    ],
    'a name that is no header': ['http: { url: "http://localhost/", headers: { "a b": c } }', /a b: no header/],
    'no status': ['http: { url: "http://localhost/", expectStatus: [] }', /expectStatus: at least 1/],
    'a status that is none': ['http: { url: "http://localhost/", expectStatus: [99] }', /99 is less than 200/],
    'no time': ['http: { url: "http://localhost/", timeout: "0" }', /http\.timeout: nothing can be done in no time/],
    'a relative socket': ['http: { url: /, socket: app.sock }', /socket: not allowed here; allowed: an absolute path/],
    'no program': ['exec: { command: [] }', /exec\.command: at least 1/],
    'an empty program': ['exec: { command: [""] }', /a program and its arguments are wanted/],
    'one text as a command': ['exec: { command: "reload now" }', /exec\.command: text stands here; a list is wanted/],
    'a relative path to touch': ['touch: { path: reload }', /touch\.path: not allowed here/],
    'a path in the delivery to touch': ['touch: { path: "{dir}/x" }', /holds its files only/],
  };
  for (const [name, [step, problem]] of Object.entries(wrong)) {
    it(`with ${name} are refused`, () => refuses(`reload: [{ ${step} }]`, problem));
  }

  it('call loopback, sockets and hosts that the operator allows, and nobody else', async () => {
    for (const host of ['localhost', 'LOCALHOST:80', '127.0.0.1', '127.9.9.9', '127.1', '[::1]', '[0:0::1]:80'])
      await deliveryOf(`reload: [{ http: { url: "http://${host}/" } }]`);
    const foreign = ['example.com', '169.254.169.254', '10.0.0.1', '[::ffff:10.0.0.1]', '127.0.0.1.example.com', '0.0.0.0'];
    for (const host of foreign)
      await refuses(`reload: [{ http: { url: "http://${host}/" } }]`, /no hook may call ".*--hook-hosts/);
    const hookHosts = ['App.example', '[fd00::1]', '10.0.0.1'];
    for (const host of ['app.example', 'APP.example:8080', '[fd00:0::1]', '10.0.0.1'])
      await deliveryOf(`reload: [{ http: { url: "https://${host}/x" } }]`, { hookHosts });
    await refuses('reload: [{ http: { url: "http://b.example/" } }]', /allows: app\.example, fd00::1, 10\.0\.0\.1/, {
      hookHosts,
    });
    const unverified = 'reload: [{ http: { url: "https://app.example/", tls: { skipVerify: true } } }]';
    await refuses(unverified, /skipVerify is for loopback and sockets only, not for "app\.example"/, { hookHosts });
  });
});

describe('the annotation keytide.dev/reload-url', () => {
  const annotated = (annotations: string): string =>
    documents(
      store,
      externalSecret(`{ secretStoreRef: { name: store }, data: [${entries}] }`).replace(
        '{ name: db }',
        `{ name: db, annotations: { ${annotations} } }`,
      ),
    );

  it('posts to it, after the signal if there is one', async () => {
    const [delivery] = (
      await specOf(annotated('keytide.dev/reload-url: "http://127.0.0.1:9090/-/reload", keytide.dev/reload-signal: SIGHUP nginx'))
    ).deliveries;
    assert.deepEqual(delivery?.reload, [
      { kind: 'signal', signal: 'SIGHUP', process: { kind: 'name', name: 'nginx' }, all: false, handled: false },
      { kind: 'http', method: 'POST', url: 'http://127.0.0.1:9090/-/reload', ...plainCall },
    ]);
  });

  it('is refused like the url of a step', async () => {
    const refused = async (url: string) => (await reportOf(annotated(`keytide.dev/reload-url: "${url}"`))).errors.join('\n');
    assert.match(await refused('http://example.com/'), /reload-url: no hook may call "example\.com"/);
    assert.match(await refused('localhost:80'), /reload-url: a url such as/);
  });

  it('of several members that merge is called once', async () => {
    const member = (name: string, key: string) =>
      externalSecret(
        `{ secretStoreRef: { name: store }, target: { name: web, creationPolicy: Merge }, data: [{ secretKey: ${key}, remoteRef: { key: x } }] }`,
        name,
      ).replace(`{ name: ${name} }`, `{ name: ${name}, annotations: { keytide.dev/reload-url: "http://localhost/r" } }`);
    const [delivery] = (await specOf(documents(store, member('a', 'one'), member('b', 'two')))).deliveries;
    assert.equal(delivery?.reload.length, 1);
  });

  it('is told to be without effect where a Delivery says how to reload', async () => {
    const text = documents(
      annotated('keytide.dev/reload-url: "http://localhost/r"'),
      'apiVersion: keytide.dev/v1alpha1\nkind: Delivery\nmetadata: { name: web }\nspec: { externalSecrets: [db] }',
    );
    assert.match((await reportOf(text)).warnings.join('\n'), /reload-url: not used: the Delivery "web" says how to reload/);
  });
});

describe('verify', () => {
  const signal = 'reload: [{ signal: { process: { name: nginx } } }]';

  it('has defaults: 20 s in all, GET, the process of the signal, 3 s', async () => {
    const { verify } = await deliveryOf(`${signal}, verify: { steps: [
      { http: { url: "http://127.0.0.1:8080/healthz" } },
      { exec: { command: [pg_isready], timeout: 5s } },
      { tcp: { address: "127.0.0.1:5432" } },
      { tlsServes: { address: "localhost:8443", certificate: tls.crt, serverName: web, startTls: postgres } },
      { ackFile: {} },
      { processAlive: {} },
      { processAlive: { for: 1s, expect: restarted, process: { pidFile: /run/app.pid } } }] }`);
    assert.deepEqual(verify, {
      timeoutMs: 20_000,
      steps: [
        { kind: 'http', method: 'GET', url: 'http://127.0.0.1:8080/healthz', ...plainCall },
        { kind: 'exec', command: ['pg_isready'], timeoutMs: 5_000 },
        { kind: 'tcp', address: '127.0.0.1:5432' },
        { kind: 'tlsServes', address: 'localhost:8443', certificate: 'tls.crt', serverName: 'web', startTls: 'postgres' },
        { kind: 'ackFile' },
        { kind: 'processAlive', forMs: 3_000, expect: 'same', process: { kind: 'name', name: 'nginx' } },
        { kind: 'processAlive', forMs: 1_000, expect: 'restarted', process: { kind: 'pidFile', path: '/run/app.pid' } },
      ],
    });
  });

  it('compiles the regular expressions of its steps', async () => {
    const { verify } = await deliveryOf('verify: { steps: [{ processAlive: { process: { commandMatches: "^java .*app" } } }] }');
    const [step] = verify?.steps ?? [];
    assert.ok(step?.kind === 'processAlive' && step.process?.kind === 'commandMatches');
    assert.ok(step.process.pattern.matches('java -jar app.jar') && !step.process.pattern.matches('node app'));
    await refuses('verify: { steps: [{ processAlive: { process: { commandMatches: "(" } } }] }', /commandMatches: .*RE2/);
  });

  const wrong: Readonly<Record<string, readonly [fields: string, problem: RegExp]>> = {
    'no steps': ['verify: {}', /verify\.steps: must be given/],
    'an empty list': ['verify: { steps: [] }', /verify\.steps: at least 1 wanted/],
    'an unknown step': ['verify: { steps: [{ tlsServe: {} }] }', /steps\[0\]\.tlsServe: unknown field.*did you mean "tlsServes"/],
    'retries, as it tries again anyway': [
      'verify: { steps: [{ http: { url: "http://localhost/", retries: 2 } }] }',
      /http\.retries: unknown field/,
    ],
    'a foreign host': ['verify: { steps: [{ http: { url: "http://example.com/" } }] }', /no hook may call "example\.com"/],
    'a foreign address': ['verify: { steps: [{ tcp: { address: "example.com:80" } }] }', /no hook may call "example\.com"/],
    'a foreign TLS server': [
      'verify: { steps: [{ tlsServes: { address: "10.1.2.3:443", certificate: tls.crt } }] }',
      /no hook may call "10\.1\.2\.3"/,
    ],
    'an address without a port': ['verify: { steps: [{ tcp: { address: localhost } }] }', /tcp\.address: an address such as/],
    'an impossible port': ['verify: { steps: [{ tcp: { address: "localhost:65536" } }] }', /tcp\.address: an address such as/],
    'a socket for TLS': [
      'verify: { steps: [{ tlsServes: { address: /run/app.sock, certificate: tls.crt } }] }',
      /tlsServes\.address: an address such as/,
    ],
    'an unknown protocol before TLS': [
      'verify: { steps: [{ tlsServes: { address: "localhost:1", certificate: tls.crt, startTls: postgress } }] }',
      /did you mean "postgres"/,
    ],
    'a certificate that no file is': [
      'verify: { steps: [{ tlsServes: { address: "localhost:1", certificate: tls.cert } }] }',
      /tlsServes\.certificate: the delivery has no file "tls\.cert"; its files: tls\.crt, tls\.key, password; did you mean "tls\.crt"/,
    ],
    'a process that nobody names': ['verify: { steps: [{ processAlive: {} }] }', /processAlive needs a process: no signal/],
    'a process that two signals name': [
      'reload: [{ signal: { process: { name: a } } }, { signal: { process: { name: b } } }], verify: { steps: [{ processAlive: {} }] }',
      /processAlive needs a process: several signals/,
    ],
    'a life longer than its time': [
      `${signal}, verify: { timeout: 3s, steps: [{ processAlive: { for: 3s } }] }`,
      /processAlive\.for must be shorter than the timeout of verify/,
    ],
    'no time': ['verify: { timeout: "0", steps: [{ ackFile: {} }] }', /verify\.timeout: nothing can be done in no time/],
  };
  for (const [name, [fields, problem]] of Object.entries(wrong)) it(`with ${name} is refused`, () => refuses(fields, problem));

  it('says what becomes of a failure, which means nothing without it', async () => {
    assert.equal((await deliveryOf('verify: { steps: [{ ackFile: {} }] }, onVerifyFailure: keep')).onVerifyFailure, 'keep');
    await refuses('onVerifyFailure: rolback', /onVerifyFailure: .*did you mean "rollback"/);
    const { errors, warnings } = await reportOf(given('onVerifyFailure: keep'));
    assert.deepEqual(errors, []);
    assert.match(warnings.join('\n'), /onVerifyFailure: has no effect/);
  });
});

describe('check', () => {
  it('gathers what files say of themselves, what check says, and a program', async () => {
    const { check } = await deliveryOf(`
      files: [{ path: app.yaml, eta: x, validate: yaml }, { path: pair.pem, eta: x, validate: keypair }],
      check: { exec: [nginx, -t, "{dir}/nginx.conf"], timeout: 10s, validate: [
        { file: password, as: dotenv }, { keypair: { certificate: tls.crt, key: tls.key, host: web.example } }] }`);
    assert.deepEqual(check, {
      validations: [
        { kind: 'syntax', file: 'app.yaml', syntax: 'yaml' },
        { kind: 'keypair', certificate: 'pair.pem', key: 'pair.pem' },
        { kind: 'syntax', file: 'password', syntax: 'dotenv' },
        { kind: 'keypair', certificate: 'tls.crt', key: 'tls.key', host: 'web.example' },
      ],
      exec: { kind: 'exec', command: ['nginx', '-t', '{dir}/nginx.conf'], timeoutMs: 10_000 },
    });
    assert.deepEqual((await deliveryOf('check: { exec: [a] }')).check?.exec?.timeoutMs, 30_000);
    assert.deepEqual((await deliveryOf('files: [{ path: a, eta: x, validate: json }]')).check, {
      validations: [{ kind: 'syntax', file: 'a', syntax: 'json' }],
    });
  });

  const wrong: Readonly<Record<string, readonly [fields: string, problem: RegExp]>> = {
    nothing: ['check: {}', /check: nothing is checked/],
    'only a time': ['check: { timeout: 1s }', /check: nothing is checked/],
    'an unknown syntax': ['check: { validate: [{ file: password, as: jsn }] }', /as: .*did you mean "json"/],
    'a file and no syntax': ['check: { validate: [{ file: password }] }', /file needs as: json, yaml/],
    'a syntax for a pair': [
      'check: { validate: [{ keypair: { certificate: tls.crt, key: tls.key }, as: pem }] }',
      /as goes with file only/,
    ],
    neither: ['check: { validate: [{ as: pem }] }', /exactly one of file, keypair/],
    'half a pair': ['check: { validate: [{ keypair: { certificate: tls.crt } }] }', /keypair\.key: must be given/],
    'a file that is not there': [
      'check: { validate: [{ file: pasword, as: json }] }',
      /no file "pasword".*did you mean "password"/,
    ],
    'a key that is not there': [
      'check: { validate: [{ keypair: { certificate: tls.crt, key: tls.pem } }] }',
      /keypair\.key: the delivery has no file "tls\.pem"/,
    ],
    'an unknown validation of a file': ['files: [{ path: a, eta: x, validate: yml }]', /validate: .*did you mean "yaml"/],
  };
  for (const [name, [fields, problem]] of Object.entries(wrong)) it(`with ${name} is refused`, () => refuses(fields, problem));
});

describe('a file that a hook names', () => {
  const named = 'check: { validate: [{ file: other, as: json }] }';

  it('may come from the store where keys are not known before', async () => {
    const extracted = '{ secretStoreRef: { name: store }, dataFrom: [{ extract: { key: x } }] }';
    assert.deepEqual((await reportOf(given(named, extracted))).errors, []);
    const whole =
      '{ secretStoreRef: { name: store }, dataFrom: [{ extract: { key: x } }], target: { template: { data: { a: b } } } }';
    assert.match((await reportOf(given(named, whole))).errors.join('\n'), /no file "other"; its files: a/);
    const literal = whole.replace('data: { a: b }', 'templateFrom: [{ literal: "other: x" }]');
    assert.deepEqual((await reportOf(given(named, literal))).errors, []);
  });

  it('must be one of `files` where entries are no files', async () => {
    const extracted = '{ secretStoreRef: { name: store }, dataFrom: [{ extract: { key: x } }] }';
    const fields = `layout: none, files: [{ path: a, eta: x }], ${named}`;
    assert.match((await reportOf(given(fields, extracted))).errors.join('\n'), /no file "other"; its files: a/);
    assert.deepEqual((await reportOf(given(fields.replace('path: a', 'path: other'), extracted))).errors, []);
  });
});

describe('stagger', () => {
  it('is a window, or a time for each pod before', async () => {
    const of = async (text: string) => (await deliveryOf(`stagger: ${text}`)).stagger;
    assert.deepEqual(await of('60s'), { kind: 'window', ms: 60_000 });
    assert.deepEqual(await of('{ window: 1m }'), { kind: 'window', ms: 60_000 });
    assert.deepEqual(await of('{ perOrdinal: 30s }'), { kind: 'ordinal', msEach: 30_000 });
    assert.deepEqual(await of('0s'), { kind: 'none' });
    assert.deepEqual(await of('{ perOrdinal: 0s }'), { kind: 'none' });
  });

  it('is refused when it says both, something else, or no duration', async () => {
    await refuses('stagger: { window: 1s, perOrdinal: 1s }', /window and perOrdinal stand here together/);
    await refuses('stagger: { windows: 1s }', /stagger\.windows: unknown field.*did you mean "window"/);
    await refuses('stagger: 1d', /stagger: .*units h, m, s, ms/);
    await refuses('stagger: 60', /stagger: a number stands here; text is wanted/);
    await refuses('stagger: -1s', /stagger: must not be negative/);
  });
});
