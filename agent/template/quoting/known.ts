import { awsProfile, awsValue } from './aws-ini.ts';
import { b64dec, b64enc } from './base64.ts';
import { basicPassword, basicUser } from './basic-auth.ts';
import { cargoRegistry, cargoToken } from './cargo.ts';
import { composeEnv } from './compose-env.ts';
import { dockerEnv } from './docker-env.ts';
import { dotenv, envName } from './dotenv.ts';
import { envFile } from './env-file.ts';
import { fish } from './fish.ts';
import { gitCredential, hostAndPort } from './git-credential.ts';
import { hcl, hclName } from './hcl.ts';
import { httpUrl } from './http-url.ts';
import { httpsUrl } from './https-url.ts';
import { ini, iniKey, iniQuoted, iniRaw, iniSection } from './ini.ts';
import { json } from './json.ts';
import { hostKeys, knownHost } from './known-hosts.ts';
import { mariadbUrl } from './mariadb-url.ts';
import { mavenSettings } from './maven-settings.ts';
import { myCnf } from './my-cnf.ts';
import { caseless, nested } from './nested.ts';
import { netrc } from './netrc.ts';
import { npmRegistry, npmrc, npmScope } from './npmrc.ts';
import { odbcIni } from './odbc-ini.ts';
import { oneOf } from './one-of.ts';
import { pem } from './pem.ts';
import { pgService } from './pg-connection.ts';
import { pgpass } from './pgpass.ts';
import { plainName } from './plain-name.ts';
import { preferences, preferencesKey } from './preferences.ts';
import { privateKey } from './private-key.ts';
import { properties, propertiesKey } from './properties.ts';
import { pypirc } from './pypirc.ts';
import { pythonDotenv } from './python-dotenv.ts';
import type { Quoting, Refuse } from './quoting.ts';
import { redisUser } from './redis-acl.ts';
import { sectionName } from './section-name.ts';
import { sha256 } from './sha256.ts';
import { shell } from './shell.ts';
import { springText } from './spring.ts';
import { systemdEnv } from './systemd-env.ts';
import { tcpPort } from './tcp-port.ts';
import { toml, tomlKey } from './toml.ts';
import { url } from './url.ts';
import { urlHost, urlPart, urlQuery } from './url-parts.ts';
import { xml } from './xml.ts';
import { yaml } from './yaml.ts';

/** What templates call with a text, by the name they use; docs/templates.md lists them. */
export const textQuotings = {
  b64enc,
  b64dec,
  dotenv,
  envName,
  pythonDotenv,
  envFile,
  dockerEnv,
  composeEnv,
  systemdEnv,
  shell,
  fish,
  properties,
  propertiesKey,
  url,
  httpsUrl,
  pgpass,
  toml,
  tomlKey,
  ini,
  iniRaw,
  iniQuoted,
  iniKey,
  iniSection,
  xml,
  springText,
  preferences,
  preferencesKey,
  hcl,
  hclName,
  pem,
  awsValue,
  awsProfile,
  privateKey,
  knownHost,
  hostKeys,
  tcpPort,
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
  pgService,
  sectionName,
  myCnf,
  odbcIni,
  redisUser,
  sha256,
  urlPart,
  urlQuery,
  mariadbUrl,
  urlHost,
  oneOf,
} as const satisfies Record<string, Quoting>;

/** What templates call with any value: `json(it, 2)`. */
export const valueQuotings = { json, yaml, nested, caseless } as const satisfies Record<
  string,
  (value: unknown, refuse: Refuse, argument: never) => unknown
>;
