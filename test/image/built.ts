import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Chunk } from '../../build/bundle.ts';
import { buildDist } from '../../build/dist.ts';
import { repository } from '../house/source-files.ts';

/** A fresh build outside the repository, so that no node_modules can help it. */
export interface Built {
  readonly dist: string;
  readonly chunks: readonly Chunk[];
  readonly remove: () => void;
}

export async function build(): Promise<Built> {
  const directory = mkdtempSync(join(tmpdir(), 'keytide-image-'));
  const dist = join(directory, 'dist');
  const chunks = await buildDist(repository, dist);
  return { dist, chunks, remove: () => rmSync(directory, { recursive: true, force: true }) };
}

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end with nothing of our environment. */
export function ended(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { env, cwd: tmpdir(), timeout: 60_000 }, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number') reject(error);
      else resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

/** What a run of the bundle loaded: chunk, and whether V8 took its compiled code. */
export interface Loaded {
  readonly name: string;
  readonly compiledCode: 'taken' | 'refused' | 'none';
}

/** Runs the bundle and tells which chunks it loaded. */
export async function trace(
  dist: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended & { loaded: readonly Loaded[] }> {
  const directory = mkdtempSync(join(tmpdir(), 'keytide-trace-'));
  const preload = join(directory, 'preload.cjs');
  const report = join(directory, 'loaded.json');
  writeFileSync(preload, watchScripts(report));
  const result = await ended(process.execPath, ['-r', preload, join(dist, 'keytide.cjs'), ...args], env);
  const loaded: readonly Loaded[] = JSON.parse(readFileSync(report, 'utf8'));
  rmSync(directory, { recursive: true });
  return { ...result, loaded };
}

function watchScripts(report: string): string {
  return `
    const { basename } = require('node:path');
    const vm = require('node:vm');
    const loaded = [];
    vm.Script = class extends vm.Script {
      constructor(source, options) {
        super(source, options);
        if (!options?.filename?.endsWith('.cjs')) return;
        const compiledCode = options.cachedData === undefined ? 'none' : this.cachedDataRejected ? 'refused' : 'taken';
        loaded.push({ name: basename(options.filename), compiledCode });
      }
    };
    process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(report)}, JSON.stringify(loaded)));
  `;
}

/** Modules that a chunk asks for and that neither Node nor the bundle has. */
export function foreignModules(text: string): readonly string[] {
  const names = [...text.matchAll(/\b(?:require|import)\("([^"]+)"\)/g)].map(([, name = '']) => name);
  return names.filter((name) => !name.startsWith('./') && !isBuiltin(name));
}

/** Whether a tool is on the PATH. */
export function has(tool: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${tool}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** One store, one external secret: the smallest spec that delivers something. */
export const fakeSpec = `
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: { name: store }
spec: { provider: { fake: { data: [{ key: db, value: '{"username":"app","password":"correct horse"}' }] } } }
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: { name: database }
spec:
  secretStoreRef: { name: store }
  dataFrom: [{ extract: { key: db } }]
`;

export const awsSpec = `
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: { name: store }
spec: { provider: { aws: { service: SecretsManager, region: eu-west-1 } } }
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: { name: database }
spec:
  secretStoreRef: { name: store }
  dataFrom: [{ extract: { key: db } }]
`;
