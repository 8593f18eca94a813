import { awsProfile, awsValue } from './aws-ini.ts';
import { b64dec, b64enc } from './base64.ts';
import { dotenv, envName } from './dotenv.ts';
import { envFile } from './env-file.ts';
import { httpsUrl } from './https-url.ts';
import { json } from './json.ts';
import { hostKeys, knownHost } from './known-hosts.ts';
import { pgpass } from './pgpass.ts';
import { privateKey } from './private-key.ts';
import { properties, propertiesKey } from './properties.ts';
import type { Quoting, Refuse } from './quoting.ts';
import { shell } from './shell.ts';
import { tcpPort } from './tcp-port.ts';
import { url } from './url.ts';
import { yaml } from './yaml.ts';

/** What templates call with a text, by the name they use; docs/templates.md lists them. */
export const textQuotings = {
  b64enc,
  b64dec,
  dotenv,
  envName,
  envFile,
  shell,
  properties,
  propertiesKey,
  url,
  httpsUrl,
  pgpass,
  awsValue,
  awsProfile,
  privateKey,
  knownHost,
  hostKeys,
  tcpPort,
} as const satisfies Record<string, Quoting>;

/** What templates call with any value: `json(it, 2)`. */
export const valueQuotings = { json, yaml } as const satisfies Record<
  string,
  (value: unknown, refuse: Refuse, argument: never) => string
>;
