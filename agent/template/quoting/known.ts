import { b64dec, b64enc } from './base64.ts';
import { dotenv, envName } from './dotenv.ts';
import { envFile } from './env-file.ts';
import { json } from './json.ts';
import { mariadbUrl } from './mariadb-url.ts';
import { myCnf } from './my-cnf.ts';
import { odbcIni } from './odbc-ini.ts';
import { oneOf } from './one-of.ts';
import { pgService } from './pg-connection.ts';
import { pgpass } from './pgpass.ts';
import { properties, propertiesKey } from './properties.ts';
import type { Quoting, Refuse } from './quoting.ts';
import { redisUser } from './redis-acl.ts';
import { sectionName } from './section-name.ts';
import { sha256 } from './sha256.ts';
import { shell } from './shell.ts';
import { url } from './url.ts';
import { urlHost, urlPart, urlQuery } from './url-parts.ts';
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
  pgService,
  sectionName,
  myCnf,
  odbcIni,
  redisUser,
  sha256,
  urlPart,
  urlQuery,
  mariadbUrl,
} as const satisfies Record<string, Quoting>;

/** What templates call with any value: `json(it, 2)`. */
export const valueQuotings = { json, yaml, oneOf, urlHost } as const satisfies Record<
  string,
  (value: unknown, refuse: Refuse, argument: never) => string
>;
