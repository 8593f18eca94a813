import { b64dec, b64enc } from './base64.ts';
import { basicPassword, basicUser } from './basic-auth.ts';
import { cargoRegistry, cargoToken } from './cargo.ts';
import { dotenv, envName } from './dotenv.ts';
import { envFile } from './env-file.ts';
import { gitCredential, hostAndPort } from './git-credential.ts';
import { httpUrl } from './http-url.ts';
import { json } from './json.ts';
import { mavenSettings } from './maven-settings.ts';
import { netrc } from './netrc.ts';
import { npmRegistry, npmrc, npmScope } from './npmrc.ts';
import { pgpass } from './pgpass.ts';
import { plainName } from './plain-name.ts';
import { properties, propertiesKey } from './properties.ts';
import { pypirc } from './pypirc.ts';
import type { Quoting, Refuse } from './quoting.ts';
import { shell } from './shell.ts';
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
  pgpass,
  netrc,
  npmrc,
  npmRegistry,
  npmScope,
  pypirc,
  gitCredential,
  hostAndPort,
  mavenSettings,
  cargoToken,
  cargoRegistry,
  httpUrl,
  plainName,
  basicUser,
  basicPassword,
} as const satisfies Record<string, Quoting>;

/** What templates call with any value: `json(it, 2)`. */
export const valueQuotings = { json, yaml } as const satisfies Record<
  string,
  (value: unknown, refuse: Refuse, argument: never) => string
>;
