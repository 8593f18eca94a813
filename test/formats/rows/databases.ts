import { debianPackage } from '../../recipes/programs.ts';
import { nasty } from '../../template/nasty.ts';
import type { Reader, Row } from '../row.ts';
import { readWithPython } from '../tools.ts';

/** libpq itself, by its functions: which password it finds for a host, before any connection. */
const libpq: Reader = {
  name: 'libpq',
  runs: 'test:servers',
  missing: () => postgresClient().missing,
  read: (files) => readWithPython('pgpass_file', files, postgresClient()),
};

const postgresClient = () => debianPackage('postgresql-client', 'usr/bin/psql');

/** A client cuts what it is told at commas, as a list of hosts. */
const hosts = nasty.filter((text) => !text.includes(','));

const line = { holds: (text: string) => text !== '' && !/[\0\r\n]/.test(text) };

export const databases: readonly Row[] = [
  {
    format: 'pgpass',
    values: { kind: 'needs', fields: { host: { ...line, from: hosts }, database: line, username: line, password: line } },
    finds: ({ password = '' }) => ({ password }),
    readers: [libpq],
  },
];
