import { readFile } from 'node:fs/promises';
import { getCACertificates, rootCertificates } from 'node:tls';
import { AgentError } from '../../core/agent-error.ts';
import type { Environment } from './endpoint.ts';

/**
 * The CA certificates to trust, as PEM; undefined: what Node trusts by itself, which includes NODE_EXTRA_CA_CERTS if it was set when the process
 * began. AWS_CA_BUNDLE stands instead of the public CAs, as in AWS's own tools, so a bundle pins whom we talk to.
 */
export async function caCertificates(env: Environment): Promise<readonly string[] | undefined> {
  const { AWS_CA_BUNDLE: bundle, NODE_EXTRA_CA_CERTS: extra } = env;
  if (bundle) {
    const names = [...new Set(['AWS_CA_BUNDLE', ...(extra && extra !== bundle ? ['NODE_EXTRA_CA_CERTS'] : [])])];
    return Promise.all(names.map((name) => readPem(name, env[name] ?? '')));
  }
  // The list of extra certificates is only filled when Node itself read the variable: parsing the public CAs again costs milliseconds.
  if (!extra || getCACertificates('extra').length > 0) return undefined;
  return [...rootCertificates, await readPem('NODE_EXTRA_CA_CERTS', extra)];
}

async function readPem(name: string, path: string): Promise<string> {
  const hint = `Mount the PEM file that ${name} names, readable for the agent, or remove the variable.`;
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new AgentError('STORE_UNAVAILABLE', `The CA certificates in ${path} (${name}) can't be read`, { cause, hint });
  });
  if (text.includes('-----BEGIN CERTIFICATE-----') || text.includes('-----BEGIN TRUSTED CERTIFICATE-----')) return text;
  throw new AgentError('STORE_UNAVAILABLE', `${path} (${name}) holds no certificate in PEM`, { hint });
}
