import type { AwsConfig } from '../../agent/providers/aws/config.ts';
import { type ContractServer, type ContractStore, itKeepsTheProviderContract } from '../contract/provider-contract.ts';
import { type AwsDouble, startAwsDouble } from '../servers/aws-double.ts';
import type { Trouble } from '../servers/aws-double-faults.ts';
import { awsConfig, awsWorld, openAws } from './aws-world.ts';

const services = ['SecretsManager', 'ParameterStore'] as const;

for (const service of services) itKeepsTheProviderContract(`AWS ${service}`, () => contractStore(service));

async function contractStore(service: AwsConfig['service']): Promise<ContractStore> {
  const double = await startAwsDouble();
  const isSecretsManager = service === 'SecretsManager';
  const set = (key: string, value: string | Uint8Array | null): void => {
    if (isSecretsManager) double.set({ secrets: { [key]: value } });
    else double.set({ parameters: { [key]: value instanceof Uint8Array ? null : value } });
  };
  return {
    provider: await openAws(awsConfig(service), awsWorld(double.env).effects),
    put: set,
    remove: (key) => set(key, null),
    holdsBytes: isSecretsManager,
    server: serverOf(double, isSecretsManager),
    close: double.close,
  };
}

const troubles: Readonly<Record<Parameters<ContractServer['be']>[0], Trouble>> = {
  down: { kind: 'reset' },
  failing: { kind: 'error', code: 'InternalServiceError', status: 500 },
  throttling: { kind: 'error', code: 'ThrottlingException', message: 'Rate exceeded' },
  // As unlucky as an answer can be: it holds what should stay hidden, and quoting it would show it.
  'talking nonsense': { kind: 'answer', body: 'cAnAry-ß"\\\n&<>%-7f3e91' },
  silent: { kind: 'hang' },
};

function serverOf(double: AwsDouble, isSecretsManager: boolean): ContractServer {
  const actions = isSecretsManager ? ['secretsmanager:GetSecretValue'] : ['ssm:GetParameter', 'ssm:GetParameters'];
  return {
    requests: () => double.count(),
    deny: (resource) => {
      for (const action of actions) double.deny({ action, resource });
    },
    be: (trouble) => void double.fault({ times: Number.POSITIVE_INFINITY, trouble: troubles[trouble] }),
    heal: double.endFaults,
  };
}
