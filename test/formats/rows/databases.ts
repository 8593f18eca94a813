import fc from 'fast-check';
import { debianPackage, installed, virtualEnvironment } from '../../recipes/programs.ts';
import { nasty } from '../../template/nasty.ts';
import type { Reader, Row, ValueRule } from '../row.ts';
import { goReader, mavenJars, readWith, readWithJava, readWithPython } from '../tools.ts';

const postgresClient = () => debianPackage('postgresql-client', 'usr/bin/psql');
const mariadbClient = () => debianPackage('mariadb-client-core', 'usr/bin/my_print_defaults');
const odbcManager = () => debianPackage('libodbcinst2', 'usr/lib/x86_64-linux-gnu/libodbcinst.so.2');
const mariadbOdbc = () => debianPackage('odbc-mariadb', 'usr/lib/x86_64-linux-gnu/odbc/libmaodbc.so');
const postgresOdbc = () => debianPackage('odbc-postgresql', 'usr/lib/x86_64-linux-gnu/odbc/psqlodbcw.so');
const redisServer = () => debianPackage('redis-server', 'usr/bin/redis-server');

/** A program of Debian's, and what asks it. */
function debianReader(name: string, program: typeof redisServer, script: string): Reader {
  const runs = 'test:servers';
  return { name, runs, missing: () => program().missing, read: (files) => readWithPython(script, files, program()) };
}

/** A client's own parser of URLs, in readers/database_urls.py. */
function urlReader(name: string, parser: string, program: typeof redisServer = pythonClients): Reader {
  return {
    ...{ name, runs: 'test:servers', missing: () => program().missing },
    read: (files) => readWithPython('database_urls', files, program(), [parser]),
  };
}

const pythonClients = () =>
  virtualEnvironment('formats-databases', ['pymongo==4.10.1', 'pika==1.3.2', 'SQLAlchemy==2.0.36', 'redis==5.2.1']);

/** A client of Go's, in a folder of readers/. */
function goClient(name: string, folder: string): Reader {
  return {
    ...{ name, runs: 'test:servers', missing: () => installed('go', 'version').missing },
    read: (files) => readWith([goReader(folder)], files, { env: {} }),
  };
}

const drivers = [
  'org.postgresql:postgresql:42.7.14',
  'com.mysql:mysql-connector-j:9.7.0',
  'org.mariadb.jdbc:mariadb-java-client:3.5.11',
] as const;

/** A JDBC driver's own parser of its URLs. */
function jdbcReader(name: string): Reader {
  return {
    ...{
      name,
      runs: 'test:servers',
      missing: () => installed('java', '-version').missing ?? installed('mvn', '--version').missing,
    },
    read: (files) => readWithJava('JdbcUrls', files, { env: {} }, mavenJars('jdbc', drivers)),
  };
}

/** A client cuts what it is told at commas, as a list of hosts. */
const hosts = nasty.filter((text) => !text.includes(','));
const ports = fc.integer({ min: 1, max: 65_535 }).map(String);

const line = { holds: (text: string) => text !== '' && !/[\0\r\n]/.test(text) };

/** Nasty texts, and some about as long as a line may be. */
const nearly = (bytes: number, from = nasty): fc.Arbitrary<string> => {
  const long = fc.nat({ max: 8 }).map((more) => 'x'.repeat(bytes - 4 + more));
  return fc.oneof({ weight: 30, arbitrary: from }, { weight: 1, arbitrary: long.map((text) => `ä${text.slice(2)}`) });
};

const service: ValueRule = {
  from: nearly(1000),
  holds: (text) => !/[\0\n]|[ \t\v\f\r]$|^$/.test(text) && Buffer.byteLength(text) <= 1000,
};

const escaped = (text: string) => text.replace(/[\\\n\r]/g, '\\$&').replace(/"/g, text.includes("'") ? '\\"' : '"');
const option: ValueRule = {
  from: nearly(4083),
  holds: (text) => !text.includes('\0') && Buffer.byteLength(escaped(text)) <= 4083,
};

const source: ValueRule = {
  from: nearly(980),
  holds: (text) => !/[\0\n]|^[ \t\v\f\r]|[ \t\v\f\r]$/.test(text) && Buffer.byteLength(text) <= 980,
};

/** The user "default" is there without a file, too, and may do all then. */
const user: ValueRule = {
  from: fc.oneof({ weight: 50, arbitrary: nasty }, { weight: 1, arbitrary: fc.constant('default') }),
  holds: (text) => !/[\0 \t\n\v\f\r]|^$/.test(text),
};

const part: ValueRule = { holds: (text) => text !== '' && !text.includes('\0') };
const namedHost = /^[a-z0-9._-]+$|^[0-9a-f:.]*:[0-9a-f.]*:[0-9a-f:.]*$/;
/** Names and addresses; also texts that are none, but not lists of hosts, and none with a port: a reader splits them. */
const hostTexts = fc.oneof(
  fc.domain(),
  fc.ipV4(),
  fc.ipV6(),
  nasty.filter((text) => !/,|^[\w.:-]+$|^\[/.test(text)),
);
const host: ValueRule = { from: hostTexts, holds: (text) => namedHost.test(text) };
/** libpq also takes the directory of a socket; no other reader is asked for one. */
const directory: ValueRule = { ...host, holds: (text) => namedHost.test(text) || (text.startsWith('/') && !text.includes('\0')) };
const noDirectory: ValueRule = { ...host, from: hostTexts.filter((text) => !text.startsWith('/')) };
const login = { username: part, password: part, host, port: { from: ports } };
/** What a server lets be the name of a database. */
const plain = { from: fc.stringMatching(/^[a-zA-Z0-9_-]{1,20}$/) };

export const databases: readonly Row[] = [
  {
    format: 'pgpass',
    values: { kind: 'needs', fields: { host: { ...line, from: hosts }, database: line, username: line, password: line } },
    finds: ({ password = '' }) => ({ password }),
    readers: [debianReader('libpq', postgresClient, 'pgpass_file')],
  },
  {
    format: 'pg-service',
    values: {
      kind: 'needs',
      fields: {
        ...{ host: { ...service, from: hosts }, port: { from: ports }, database: service, username: service, password: service },
        ...{ sslmode: { from: fc.constantFrom('require', 'verify-full') }, sslrootcert: service },
      },
    },
    readers: [debianReader('libpq', postgresClient, 'pg_service_file')],
  },
  {
    format: 'my-cnf',
    values: {
      kind: 'needs',
      fields: { username: option, password: option, host: option, port: { from: ports }, socket: option },
    },
    readers: [debianReader('my_print_defaults', mariadbClient, 'my_cnf_file')],
  },
  {
    format: 'odbc-ini',
    values: { kind: 'needs', fields: { username: source, password: source, host: source, database: source } },
    options: { driver: 'Some Driver' },
    readers: [debianReader('unixODBC', odbcManager, 'odbc_ini_file')],
  },
  {
    format: 'redis-acl',
    values: { kind: 'needs', fields: { username: user, password: {} } },
    readers: [debianReader('redis-server', redisServer, 'redis_acl_file')],
  },
  {
    format: 'mongodb-uri',
    values: { kind: 'needs', fields: { ...login, database: plain } },
    readers: [urlReader('PyMongo', 'mongodb')],
  },
  {
    format: 'amqp-uri',
    values: { kind: 'needs', fields: { ...login, vhost: part } },
    options: { query: 'heartbeat=30' },
    readers: [urlReader('Pika', 'amqp'), goClient('amqp091-go', 'amqp091')],
  },
  {
    format: 'postgres-uri',
    values: { kind: 'needs', fields: { ...login, host: directory, database: part } },
    options: { query: 'sslmode=require' },
    readers: [urlReader('libpq', 'libpq', postgresClient)],
  },
  {
    format: 'mysql-uri',
    values: { kind: 'needs', fields: { ...login, database: plain } },
    options: { query: 'charset=utf8mb4' },
    readers: [urlReader('SQLAlchemy', 'sqlalchemy')],
  },
  {
    format: 'redis-uri',
    values: { kind: 'needs', fields: login },
    options: { database: '3' },
    readers: [urlReader('redis-py', 'redis')],
  },
  {
    format: 'jdbc-url',
    values: { kind: 'needs', fields: { ...login, database: part } },
    options: { query: 'sslmode=require' },
    readers: [jdbcReader('PgJDBC')],
  },
];

const verbatim: ValueRule = { holds: (text) => text !== '' && !/[\0&\r\n]|address=\(|^\s|\s$/.test(text) };

/** A driver takes an empty name for none. */
const given = nasty.filter((text) => text !== '');

/** Where a driver finds the server of its reader, and no other test one of its own. */
const ownAddress = `127.61.${(process.pid >> 8) & 255}.${process.pid & 255}`;

/** The same formats for other readers, and with other options. pgx drops a `/` that the name of a database begins with, MySQL's driver blanks. */
export const databaseVariants: readonly Row[] = [
  {
    format: 'my-cnf',
    values: { kind: 'needs', fields: { username: { ...option, from: given }, password: option } },
    readers: [debianReader('libmariadb', mariadbClient, 'libmariadb_file')],
  },
  {
    format: 'odbc-ini',
    values: {
      kind: 'needs',
      fields: {
        ...{ host: { from: fc.constant(ownAddress) }, port: { from: fc.constant('33067') } },
        ...{ username: { ...source, from: given }, password: { ...source, from: nasty }, database: { ...source, from: given } },
      },
    },
    options: { driver: 'MariaDB' },
    readers: [debianReader("MariaDB's ODBC driver", mariadbOdbc, 'mariadb_odbc_file')],
  },
  {
    format: 'odbc-ini',
    values: {
      kind: 'needs',
      fields: { username: { ...source, from: given }, password: part, database: { ...source, from: given } },
    },
    options: { driver: 'PostgreSQL Unicode', style: 'psqlodbc' },
    readers: [debianReader('psqlodbc', postgresOdbc, 'psqlodbc_file')],
  },
  {
    format: 'postgres-uri',
    values: {
      kind: 'needs',
      fields: { ...login, host: noDirectory, database: { ...part, from: nasty.filter((text) => !text.startsWith('/')) } },
    },
    options: { scheme: 'postgres' },
    readers: [goClient('pgx', 'pgx')],
  },
  {
    format: 'postgres-uri',
    values: { kind: 'needs', fields: { ...login, host: noDirectory, database: plain } },
    options: { scheme: 'postgresql+asyncpg', query: 'ssl=require' },
    readers: [urlReader('SQLAlchemy', 'sqlalchemy')],
  },
  {
    format: 'jdbc-url',
    values: { kind: 'needs', fields: { ...login, database: plain } },
    options: { driver: 'mysql', query: 'sslMode=REQUIRED' },
    readers: [jdbcReader('MySQL Connector/J')],
  },
  {
    format: 'jdbc-url',
    values: { kind: 'needs', fields: { ...login, username: verbatim, password: verbatim, database: plain } },
    options: { driver: 'mariadb', query: 'sslMode=verify-full' },
    readers: [jdbcReader('MariaDB Connector/J')],
  },
];
