/** What the templates of `bench/templates/` are filled with, by their names. */
export const templateData: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'database-url': { username: 'app', password: 'p@ss:w/rd?é', host: 'db.internal', port: '5432', database: 'orders' },
  'docker-config': { registry: 'registry.example.com', username: 'puller', password: 'c2VjcmV0LXRva2Vu.x_y-z' },
  'app-config': {
    ...{ name: 'Orders', username: 'orders', password: 'p@ss:w/rd?é', apiKey: '0123456789abcdef0123456789abcdef', notice: '' },
    certificate: pem('CERTIFICATE', 20),
    key: pem('PRIVATE KEY', 26),
    settings: JSON.stringify(settings()),
    users: JSON.stringify(
      Array.from({ length: 12 }, (_, index) => ({
        name: `User${index}`,
        email: index % 3 === 0 ? '' : `user${index}@example.org`,
        roles: index % 4 === 0 ? ['admin', 'reader'] : ['reader'],
      })),
    ),
  },
};

function pem(kind: string, lines: number): string {
  const line = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj';
  return `-----BEGIN ${kind}-----\n${`${line}\n`.repeat(lines)}-----END ${kind}-----\n`;
}

function settings(): object {
  const database = {
    driver: 'postgres',
    host: 'db.internal',
    port: 5432,
    name: 'orders',
    replica: 'db-ro.internal',
    debug: false,
  };
  const queue = {
    brokers: ['kafka-0:9092', 'kafka-1:9092', 'kafka-2:9092'],
    topics: [{ name: 'Created', partitions: 6 }, { name: 'Paid', partitions: 3 }, { name: 'Shipped' }],
  };
  const client = (host: string): object => ({ host, path: '/v1', rate: 50, attempts: 5 });
  return {
    ...{ environment: 'production', region: 'eu-west-1', replicas: 3, logLevel: 'INFO', limits: { rate: 500, timeout: '10s' } },
    server: {
      ...{ port: 8443, tls: true, origins: ['https://example.com', 'https://shop.example.com'] },
      headers: { 'X-Frame-Options': 'DENY', 'Strict-Transport-Security': 'max-age=31536000', 'X-Request-Source': 'edge' },
    },
    ...{ database, reports: { ...database, replica: 'none' }, archive: { ...database, driver: 'mysql', port: 3306 } },
    ...{ events: queue, audit: queue },
    clients: { billing: client('billing.internal'), catalog: client('catalog.internal'), mail: client('mail.internal') },
    features: { checkout: true, search: true, giftCards: false, reviews: true },
    labels: { team: 'orders', tier: 'backend', 'cost-center': '4711' },
  };
}
