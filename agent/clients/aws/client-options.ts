import { type AwsService, type Environment, endpointOf, isOn } from './endpoint.ts';
import { awsTransport, type BoundedHandler, defaultLimits, type TransportLimits } from './transport.ts';

/** What every AWS client of ours is made with; the credentials come on top. */
export interface AwsClientOptions {
  readonly region: string;
  readonly endpoint?: string;
  readonly useFipsEndpoint: boolean;
  readonly useDualstackEndpoint: boolean;
  /** One: retries are ours, so that a store has one budget for all its calls. */
  readonly maxAttempts: 1;
  readonly requestHandler: BoundedHandler;
  readonly customUserAgent: string;
}

/** Everything that the environment says about reaching a service. Throws AgentErrors for a bad endpoint or CA file. */
export async function awsClientOptions(
  service: AwsService,
  region: string,
  env: Environment,
  limits: TransportLimits = defaultLimits,
): Promise<AwsClientOptions> {
  const endpoint = endpointOf(service, env);
  return {
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    useFipsEndpoint: isOn(env['AWS_USE_FIPS_ENDPOINT']),
    useDualstackEndpoint: isOn(env['AWS_USE_DUALSTACK_ENDPOINT']),
    maxAttempts: 1,
    requestHandler: await awsTransport(env, limits),
    customUserAgent: 'keytide',
  };
}
