import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Executables to measure beside. */
export interface VaultPrograms {
  /** Server and `vault agent` in one, as HashiCorp builds it. */
  readonly vault: string;
  /** Undefined where it can't be had. */
  readonly consulTemplate: string | undefined;
}

const consulTemplateVersion = 'v0.41.1';

/** Builds them below KEYTIDE_SERVERS unless they are there. Undefined without Go. */
export function vaultPrograms(): VaultPrograms | undefined {
  const go = ['go', '/usr/local/go/bin/go'].find((command) => spawnSync(command, ['version']).status === 0);
  if (go === undefined) return undefined;
  const cache = process.env['KEYTIDE_SERVERS'] ?? join(homedir(), '.cache/keytide-servers');
  const script = join(import.meta.dirname, '../test/servers/vault/build.sh');
  const env = { ...process.env, KEYTIDE_SERVERS: cache };
  const vault = execFileSync(script, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();
  return { vault, consulTemplate: consulTemplate(go, cache) };
}

function consulTemplate(go: string, cache: string): string | undefined {
  const directory = join(cache, 'consul-template', consulTemplateVersion);
  const program = join(directory, 'consul-template');
  if (existsSync(program)) return program;
  mkdirSync(directory, { recursive: true });
  const env = { ...process.env, GOBIN: directory, CGO_ENABLED: '0' };
  const args = ['install', '-trimpath', '-ldflags', '-s -w', `github.com/hashicorp/consul-template@${consulTemplateVersion}`];
  return spawnSync(go, args, { env, stdio: ['ignore', 'ignore', 'inherit'] }).status === 0 ? program : undefined;
}
