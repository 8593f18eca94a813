import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type GoJson, parseGoJson } from '../../agent/core/go-json.ts';
import { lifeOf } from '../../agent/generators/answer-life.ts';
import { membersOf } from '../../agent/generators/members.ts';

function json(text: string): GoJson {
  const parsed = parseGoJson(text);
  if ('wrong' in parsed) throw new Error(parsed.wrong);
  return parsed.value;
}

function texts(body: string, resultType: 'Data' | 'Auth' | 'Raw'): Readonly<Record<string, string>> | undefined {
  const entries = membersOf(json(body), resultType);
  return entries && Object.fromEntries([...entries].map(([key, value]) => [key, Buffer.from(value.reveal()).toString('latin1')]));
}

function life(body: string, headers: Readonly<Record<string, string>> = {}) {
  return lifeOf({ status: 200, body: json(body), headers }, 1_000_000);
}

describe('what a VaultDynamicSecret makes of an answer (eso.md 3.2)', () => {
  it('Data: texts as they are, numbers with their digits, null as nothing, nested values as JSON', () => {
    const data =
      '{"user":"a<b","port":5432,"big":12345678901234567890,"float":1.50,"on":true,"none":null,"tags":["a",1.0],"map":{"b":1,"a":"<"}}';
    assert.deepEqual(texts(`{"data":${data}}`, 'Data'), {
      ...{ user: 'a<b', port: '5432', big: '12345678901234567890', float: '1.50', on: 'true', none: '' },
      ...{ tags: '["a",1.0]', map: '{"a":"\\u003c","b":1}' },
    });
  });

  it('Auth: what a Go client knows of it, numbers as floats', () => {
    const auth =
      '{"client_token":"t","accessor":"a","policies":["x"],"lease_duration":3600,"renewable":true,"token_type":"service","num_uses":0}';
    const made = texts(`{"auth":${auth}}`, 'Auth');
    assert.equal(made?.['client_token'], 't');
    assert.equal(made?.['policies'], '["x"]');
    assert.equal(made?.['lease_duration'], '3600');
    assert.equal(made?.['token_type'], undefined);
    assert.equal(made?.['metadata'], '');
  });

  it('Raw: the whole answer', () => {
    const made = texts(
      '{"request_id":"r","lease_id":"l","lease_duration":60,"renewable":true,"data":{"a":"b"},"auth":null,"warnings":null}',
      'Raw',
    );
    assert.deepEqual(made, {
      ...{ request_id: 'r', lease_id: 'l', lease_duration: '60', renewable: 'true', data: '{"a":"b"}', warnings: '' },
    });
  });

  it('nothing where the answer has no such part', () => {
    assert.equal(texts('{"data":null}', 'Data'), undefined);
    assert.equal(texts('{"data":{"a":"b"}}', 'Auth'), undefined);
    assert.equal(membersOf(undefined, 'Raw'), undefined);
  });
});

describe('what an answer says of the life of what it holds (vault.md 12.4)', () => {
  it('a lease, renewable or not', () => {
    assert.deepEqual(life('{"lease_id":"x","lease_duration":60,"renewable":true}'), {
      leaseId: 'x',
      life: { kind: 'lease', isRenewable: true, grantedMs: 60_000 },
    });
    assert.equal(life('{"lease_id":"x","lease_duration":60,"renewable":false}').life.isRenewable, false);
  });

  it("a certificate by its own end, on the server's clock", () => {
    const date = new Date(1_700_000_000_000).toUTCString();
    const body = '{"lease_id":"","lease_duration":0,"data":{"certificate":"pem","expiration":1700003600}}';
    assert.deepEqual(life(body, { date }).life, { kind: 'timed', isRenewable: false, grantedMs: 3_600_000 });
  });

  it('a static role by the time to its rotation; a ttl in a KV secret means nothing', () => {
    const body = '{"lease_id":"","data":{"password":"p","ttl":30,"rotation_period":60}}';
    assert.deepEqual(life(body).life, { kind: 'static', isRenewable: false, grantedMs: 30_000 });
    assert.equal(life('{"lease_id":"","data":{"password":"p","ttl":30}}').life.kind, 'plain');
  });

  it('a token, and a secret id', () => {
    assert.deepEqual(life('{"auth":{"client_token":"t","lease_duration":60}}').life.grantedMs, 60_000);
    assert.deepEqual(life('{"data":{"secret_id":"s","secret_id_ttl":90}}').life.grantedMs, 90_000);
    assert.equal(life('{"data":{"secret_id":"s","secret_id_ttl":0}}').life.kind, 'plain');
  });
});
