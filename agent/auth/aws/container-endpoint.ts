import { AgentError } from '../../core/agent-error.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where EKS Pod Identity (or ECS) hands out credentials, if the environment says that there is such a place. The token is only ever sent to
 * addresses of the node or over TLS: a variable that someone slipped in must not carry it away (aws.md 7). Throws IDENTITY_REFUSED.
 */
export function containerEndpoint(env: Environment): URL | undefined {
  const { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: relative, AWS_CONTAINER_CREDENTIALS_FULL_URI: full } = env;
  if (relative) return checked('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', `http://169.254.170.2${relative}`);
  return full ? checked('AWS_CONTAINER_CREDENTIALS_FULL_URI', full) : undefined;
}

function checked(variable: string, text: string): URL {
  const url = URL.parse(text);
  if (url && (url.protocol === 'https:' || (url.protocol === 'http:' && isOfTheNode(url.hostname)))) return url;
  throw new AgentError('IDENTITY_REFUSED', `${variable} does not name an address that the pod's token may be sent to`, {
    hint: 'EKS sets it to http://169.254.170.23/v1/credentials or http://[fd00:ec2::23]/v1/credentials; other hosts must be https.',
  });
}

/** Loopback, ECS, and EKS Pod Identity over IPv4 and IPv6. */
function isOfTheNode(hostname: string): boolean {
  const known = ['localhost', '[::1]', '169.254.170.2', '169.254.170.23', '[fd00:ec2::23]'];
  return known.includes(hostname) || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
