import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { parse as parseDotenv } from 'dotenv';
import { installed } from '../../recipes/programs.ts';
import type { Reader, Row } from '../row.ts';
import { goReader, readWith } from '../tools.ts';

const node: Reader = {
  name: 'node --env-file',
  runs: 'npm test',
  read: (files) => files.map(({ path }) => ({ ...parseEnv(readFileSync(path, 'utf8')) }) as Record<string, string>),
};

/** Both of its parsers, which are to agree. */
const npmDotenv: Reader = {
  name: "npm's dotenv",
  runs: 'npm test',
  read: (files) =>
    files.map(({ path }) => {
      const text = readFileSync(path, 'utf8');
      const found = parseDotenv(text);
      assert.deepEqual(parseDotenv(text, { fast: true }), found);
      return found;
    }),
};

const kubernetes = 'k8s.io/kubernetes@v1.35.0';

/** The one file of the kubelet, which needs nothing but Go's library. */
function kubeletParser(dir: string): void {
  const answer = execFileSync('go', ['mod', 'download', '-json', kubernetes], { cwd: dir, encoding: 'utf8' });
  const { Dir: source }: { readonly Dir: string } = JSON.parse(answer);
  mkdirSync(join(dir, 'env'), { recursive: true });
  copyFileSync(join(source, 'pkg/kubelet/util/env/env_util.go'), join(dir, 'env/env_util.go'));
}

const kubelet: Reader = {
  name: 'the kubelet',
  runs: 'test:servers',
  missing: () => installed('go', 'version').missing,
  read: (files) => readWith([goReader('kubelet', kubeletParser)], files, { env: {} }),
};

export const environment: readonly Row[] = [
  {
    format: 'dotenv',
    values: {
      kind: 'all',
      keys: 'variables',
      holds: (text) =>
        !/[\0\r]/.test(text) && (dotenvQuotes(text) || (!/[#\n\u2028\u2029]|^['"`]/.test(text) && text === text.trim())),
    },
    readers: [node, npmDotenv],
  },
  {
    format: 'envfile',
    values: { kind: 'all', keys: 'variables', holds: (text) => !/[\0']|\r\n/.test(text) },
    readers: [kubelet],
  },
];

/** Whether one of the quotes can stand around it. */
function dotenvQuotes(text: string): boolean {
  return !text.includes("'") || !text.includes('`') || !/"|\\[nr]/.test(text);
}
