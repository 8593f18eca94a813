import type { PropertyDialect } from '../../core/dialect.ts';
import type { ProviderKind, StoreReferences } from '../provider.ts';
import { type AwsConfig, awsShape } from './config.ts';
import { awsPlan } from './plan.ts';

/** AWS Secrets Manager and SSM Parameter Store (eso.md 2.3 to 2.5). Loads the client of the service in use, and only when it is opened. */
export const aws: ProviderKind<AwsConfig> = {
  shape: awsShape,
  dialect: () => dialect,
  plan: awsPlan,
  references,
  async open(store, config, effects) {
    if (config.service === 'SecretsManager')
      return (await import('./secrets-manager.ts')).openSecretsManager(store, config, effects);
    return (await import('./parameter-store.ts')).openParameterStore(store, config, effects);
  },
};

/** Both services hand out the stored bytes, and ESO reads properties of both alike. */
const dialect: PropertyDialect = {
  order: 'literal-first',
  numbers: 'raw',
  missingProperty: 'error',
  findKeys: 'as-listed',
  json: 'lenient',
};

function references({ auth }: AwsConfig): StoreReferences {
  switch (auth.kind) {
    case 'default':
      return { secrets: [], serviceAccounts: [] };
    case 'jwt':
      return { secrets: [], serviceAccounts: [{ ...auth.serviceAccountRef, path: 'auth.jwt.serviceAccountRef' }] };
    case 'secretRef': {
      const named = [
        { ...auth.accessKeyID, path: 'auth.secretRef.accessKeyIDSecretRef' },
        { ...auth.secretAccessKey, path: 'auth.secretRef.secretAccessKeySecretRef' },
      ];
      const token = auth.sessionToken ? [{ ...auth.sessionToken, path: 'auth.secretRef.sessionTokenSecretRef' }] : [];
      return { secrets: [...named, ...token], serviceAccounts: [] };
    }
  }
}
