import type { VaultClient } from '../../clients/vault/wire.ts';
import type { Effects } from '../../core/effects.ts';
import type { AwsAuth, awsCredentials } from '../aws/credentials.ts';
import { stsEndpoint } from '../aws/sts-endpoint.ts';
import type { VaultLogin } from './login.ts';
import { isNoMount, mountAdvice } from './login-error.ts';
import { mountOf, sendLogin } from './login-request.ts';
import type { IamAuth } from './vault-auth.ts';

/** The pod's AWS identity, shown to Vault as a signed GetCallerIdentity (vault.md 5). AWS's part is loaded for the first login. */
export function iamLogin(auth: IamAuth & { readonly namespace?: string }, client: VaultClient, effects: Effects): VaultLogin {
  const mount = mountOf(auth.path);
  const identity = `role ${auth.vaultRole} by iam at auth/${mount}`;
  let session: ReturnType<typeof openSession> | undefined;
  const openSession = async () =>
    (await import('../aws/credentials.ts')).awsCredentials(
      { id: `Vault ${identity}`, kind: 'SecretStore', name: mount },
      awsConfig(auth),
      effects,
    );
  const presented = auth.role === undefined ? "the pod's AWS identity" : `the IAM role ${auth.role}`;
  return {
    method: 'iam',
    identity,
    login: async (signal) => {
      session ??= openSession();
      const keys = await (await session).credentials();
      const { signedCallerIdentity } = await import('./sts-signature.ts');
      const { url, body, headers } = await signedCallerIdentity({
        ...{ endpoint: whereVaultAsks(auth.region, effects.env), region: auth.region, keys },
        ...{ serverId: auth.vaultAwsIamServerID, now: effects.clock.now() },
      });
      const request = {
        role: auth.vaultRole,
        iam_http_request_method: 'POST',
        iam_request_url: base64(url),
        iam_request_body: base64(body),
        iam_request_headers: base64(JSON.stringify(headers)),
      };
      const sent = [keys.secretAccessKey, keys.sessionToken ?? '', headers['authorization'] ?? ''];
      const story = { presented, sent, mend: (status: number, said: string) => advice(auth, mount, status, said) };
      return sendLogin(
        client,
        { method: 'iam', identity, path: `${mount}/login`, namespace: auth.namespace, body: request, story },
        signal,
      );
    },
  };
}

function awsConfig({ region, role, externalID, jwt, secretRef }: IamAuth): Parameters<typeof awsCredentials>[1] {
  return {
    ...{ region, additionalRoles: [], sessionTags: [], transitiveTagKeys: [], sessionTagsPolicy: 'None', customSessionTags: {} },
    ...(role === undefined ? {} : { role }),
    ...(externalID === undefined ? {} : { externalID }),
    auth: awsAuth(jwt, secretRef),
  };
}

/** `jwt` before `secretRef` (eso.md 2.7). */
function awsAuth(jwt: IamAuth['jwt'], secretRef: IamAuth['secretRef']): AwsAuth {
  if (jwt) return { kind: 'jwt', serviceAccountRef: jwt.serviceAccountRef };
  if (!secretRef) return { kind: 'default' };
  return {
    kind: 'secretRef',
    accessKeyID: secretRef.accessKeyIDSecretRef,
    secretAccessKey: secretRef.secretAccessKeySecretRef,
    ...(secretRef.sessionTokenSecretRef ? { sessionToken: secretRef.sessionTokenSecretRef } : {}),
  };
}

/** Vault asks sts.amazonaws.com unless it is told otherwise, and the name of the host is signed: so its own tools do it for us-east-1, too. */
function whereVaultAsks(region: string, env: Effects['env']): string {
  const endpoint = stsEndpoint(region, env);
  return endpoint === 'https://sts.us-east-1.amazonaws.com' ? 'https://sts.amazonaws.com' : endpoint;
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}

function advice(
  { vaultRole, region, vaultAwsIamServerID }: IamAuth,
  mount: string,
  status: number,
  said: string,
): string | undefined {
  if (isNoMount(status, said)) return mountAdvice;
  if (/iam[_-]server[_-]id/i.test(said))
    return `auth/${mount}/config/client has an iam_server_id_header_value: vaultAwsIamServerID must be equal to it${vaultAwsIamServerID === undefined ? ', and is not set' : ''}.`;
  if (/Signature|scoped|region/i.test(said))
    return `The signature is for STS in ${region}: auth/${mount}/config/client must have sts_endpoint and sts_region of it, or region in the store be the one that Vault asks.`;
  return `Check auth/${mount}/role/${vaultRole}: auth_type iam, and bound_iam_principal_arn with the ARN of this identity (sts get-caller-identity shows it).`;
}
