import { AgentError } from '../../core/agent-error.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export type AwsService = 'secretsmanager' | 'ssm' | 'sts';

/** First what External Secrets Operator reads (eso.md 2.3), then what AWS's own clients read. */
const endpointVariables = {
  secretsmanager: ['AWS_SECRETSMANAGER_ENDPOINT', 'AWS_ENDPOINT_URL_SECRETS_MANAGER', 'AWS_ENDPOINT_URL'],
  ssm: ['AWS_SSM_ENDPOINT', 'AWS_ENDPOINT_URL_SSM', 'AWS_ENDPOINT_URL'],
  sts: ['AWS_STS_ENDPOINT', 'AWS_ENDPOINT_URL_STS', 'AWS_ENDPOINT_URL'],
} as const satisfies Record<AwsService, readonly string[]>;

/** The endpoint that the environment names for a service, or undefined: then the region decides. Throws REQUEST_INVALID. */
export function endpointOf(service: AwsService, env: Environment): string | undefined {
  const ignored = isOn(env['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS']);
  for (const name of endpointVariables[service]) {
    const url = env[name];
    if (!url || (ignored && name.startsWith('AWS_ENDPOINT_URL'))) continue;
    if (/^https?:\/\//.test(url) && URL.canParse(url)) return url;
    throw new AgentError('REQUEST_INVALID', `${name} is not the URL of an endpoint`, {
      hint: `Set ${name} to a URL such as https://vpce-1.secretsmanager.eu-west-1.vpce.amazonaws.com, or remove it.`,
    });
  }
  return undefined;
}

/** `AWS_USE_FIPS_ENDPOINT` and the like: `true` in any case, as AWS's clients read it. */
export function isOn(value: string | undefined): boolean {
  return value?.toLowerCase() === 'true';
}
