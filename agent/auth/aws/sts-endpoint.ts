import { type Environment, endpointOf, isOn } from '../../clients/aws/endpoint.ts';
import { AgentError } from '../../core/agent-error.ts';

/**
 * Where STS answers for a region: what the environment names, else the regional endpoint (never the global one: it is another region's
 * outage). A test compares this table with the official client's. Throws REQUEST_INVALID.
 */
export function stsEndpoint(region: string, env: Environment): string {
  const named = endpointOf('sts', env);
  if (named !== undefined) return named;
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(region)) {
    throw new AgentError('REQUEST_INVALID', `${JSON.stringify(region)} is not an AWS region`, {
      hint: 'Set spec.provider.aws.region to a region such as eu-west-1.',
    });
  }
  const isDualStack = isOn(env['AWS_USE_DUALSTACK_ENDPOINT']);
  const isFips = isOn(env['AWS_USE_FIPS_ENDPOINT']);
  const { plain, dualStack } = partitions.find(({ prefix }) => prefix.test(region)) ?? commercial;
  // GovCloud's plain names are FIPS names already.
  const service = isFips && !(region.startsWith('us-gov-') && !isDualStack) ? 'sts-fips' : 'sts';
  return `https://${service}.${region}.${isDualStack ? dualStack : plain}`;
}

const commercial = { plain: 'amazonaws.com', dualStack: 'api.aws' };

const partitions = [
  { prefix: /^cn-/, plain: 'amazonaws.com.cn', dualStack: 'api.amazonwebservices.com.cn' },
  { prefix: /^us-iso-/, plain: 'c2s.ic.gov', dualStack: 'api.aws.ic.gov' },
  { prefix: /^us-isob-/, plain: 'sc2s.sgov.gov', dualStack: 'api.aws.scloud' },
  { prefix: /^us-isof-/, plain: 'csp.hci.ic.gov', dualStack: 'api.aws.hci.ic.gov' },
  { prefix: /^eu-isoe-/, plain: 'cloud.adc-e.uk', dualStack: 'api.cloud-aws.adc-e.uk' },
  { prefix: /^eusc-/, plain: 'amazonaws.eu', dualStack: 'api.amazonwebservices.eu' },
] as const;
