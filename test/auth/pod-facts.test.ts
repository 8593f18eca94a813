import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { readPodFacts } from '../../agent/auth/pod-facts.ts';
import { project, tokenFor, workDir } from './auth-world.ts';

const kubernetes = { namespace: 'shop', serviceaccount: { name: 'web' }, pod: { name: 'web-1', uid: 'uid-1' } };
const nowhere = { tokens: [], namespace: '/nonexistent' };

test('a projected token says who and where the pod is', async (t) => {
  const dir = await workDir(t);
  project(dir, { 'a-note': 'no token', token: tokenFor('vault', { kubernetes }) });
  const env = { POD_NAME: 'other', POD_NAMESPACE: 'other', HOSTNAME: 'other' };
  assert.deepEqual(await readPodFacts(dir, env, nowhere), {
    ...{ namespace: 'shop', serviceAccount: 'web', podName: 'web-1', podUid: 'uid-1' },
  });
});

test('without a token the downward API, the namespace file and the host name tell what they know', async (t) => {
  const dir = await workDir(t);
  const namespace = join(dir, 'namespace');
  await writeFile(namespace, 'shop\n');
  assert.deepEqual(await readPodFacts('/nonexistent', { HOSTNAME: 'web-2' }, { tokens: [], namespace }), {
    ...{ namespace: 'shop', podName: 'web-2' },
  });
  const env = { POD_NAME: 'web-3', POD_UID: 'uid-3', POD_NAMESPACE: 'own', HOSTNAME: 'node' };
  assert.deepEqual(await readPodFacts('/nonexistent', env, { tokens: [], namespace }), {
    ...{ namespace: 'own', podName: 'web-3', podUid: 'uid-3' },
  });
});

test('the token of a usual place serves when --tokens has none', async (t) => {
  const dir = await workDir(t);
  const token = join(dir, 'token');
  await writeFile(token, tokenFor('https://kubernetes.default.svc', { kubernetes }));
  assert.equal((await readPodFacts('/nonexistent', {}, { tokens: [token], namespace: '' })).podUid, 'uid-1');
});

test('a machine that is no pod has no facts, and that is no failure', async () => {
  assert.deepEqual(await readPodFacts('/nonexistent', {}, nowhere), {});
});
