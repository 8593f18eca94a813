/** Kinds of store that External Secrets Operator has and we don't have yet (eso.md 2.7 to 2.14). */
export const laterProviders: readonly string[] = [
  ...['gcpsm', 'azurekv', 'kubernetes', 'webhook', 'crd'],
  ...[
    'akeyless',
    'alibaba',
    'barbican',
    'beyondtrust',
    'beyondtrustworkloadcredentials',
    'bitwardensecretsmanager',
    'chef',
    'cloudrusm',
  ],
  ...['conjur', 'delinea', 'device42', 'doppler', 'dvls', 'fortanix', 'github', 'gitlab', 'ibm', 'infisical', 'keepersecurity'],
  ...['nebiusmysterybox', 'ngrok', 'onboardbase', 'onepassword', 'onepasswordSDK', 'oracle', 'ovh', 'passbolt', 'passworddepot'],
  ...['previder', 'pulumi', 'scaleway', 'secretserver', 'senhasegura', 'volcengine', 'yandexcertificatemanager', 'yandexlockbox'],
];

export const esoGroup = 'external-secrets.io';
export const generatorGroup = 'generators.external-secrets.io';
export const ourGroup = 'keytide.dev';

export const pushKinds: readonly string[] = ['PushSecret', 'ClusterPushSecret'];

/** eso.md 3.2. */
export const generatorKinds: readonly string[] = [
  ...['ACRAccessToken', 'BeyondtrustWorkloadCredentialsDynamicSecret', 'CloudsmithAccessToken', 'ClusterGenerator'],
  ...['ECRAuthorizationToken', 'Fake', 'GCRAccessToken', 'GeneratorState', 'GithubAccessToken', 'GitlabDeployToken', 'Grafana'],
  ...['MFA', 'Password', 'QuayAccessToken', 'SSHKey', 'STSSessionToken', 'UUID', 'VaultDynamicSecret', 'Webhook'],
];
