import type { PropertyDialect } from '../../agent/core/dialect.ts';
import { aws } from '../../agent/providers/aws/aws.ts';
import { fake } from '../../agent/providers/fake/fake.ts';
import { openBao, vault } from '../../agent/providers/vault/vault.ts';
import { awsConfig } from '../providers/aws-world.ts';
import { vaultConfig } from '../providers/vault-world.ts';

/** How each kind of store reads properties, by the name the vectors give it. Those of stores that come later are theirs to be (eso.md 2.2). */
export const dialects: Readonly<Record<string, PropertyDialect>> = {
  'aws-sm': aws.dialect(awsConfig('SecretsManager')),
  'aws-ps': aws.dialect(awsConfig('ParameterStore')),
  fake: fake.dialect({ data: [] }),
  gcp: { order: 'literal-first', numbers: 'raw', missingProperty: 'error', findKeys: 'convert-first', json: 'required' },
  azure: { order: 'path-first', numbers: 'raw', missingProperty: 'error', findKeys: 'as-listed', json: 'lenient' },
  vault: vault.dialect(vaultConfig('')),
  openbao: openBao.dialect(vaultConfig('')),
};
