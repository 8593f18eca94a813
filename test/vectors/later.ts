/** What later issues bring, by the first part of an area's name. */
const areas: Readonly<Record<string, string>> = {
  gcp: 'the Google Secret Manager store comes with a later issue',
  azure: 'the Azure Key Vault store comes with a later issue',
  kubernetes: 'the Kubernetes store comes with a later issue',
  webhook: 'the webhook store comes with a later issue',
  generator: 'generators come with a later issue',
  push: 'PushSecret comes with a later issue',
  'aws-acm': 'AWS Certificate Manager comes with a later issue',
};

const ops: Readonly<Record<string, string>> = {
  sjson: 'PushSecret comes with a later issue',
};

/** Why cases of this area are skipped; undefined: they are run. */
export function laterArea(area: string): string | undefined {
  return areas[area.split('.')[0] ?? ''];
}

export function laterOp(op: string): string | undefined {
  return ops[op];
}
