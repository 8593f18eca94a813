import fc from 'fast-check';
import { nasty } from '../../template/nasty.ts';
import {
  authorityCertificates,
  javaChain,
  moreCertificates,
  serverCertificates,
  serverKey,
  servesChain,
  trustsAll,
} from '../pem-texts.ts';
import type { Reader, Row, ValueRule } from '../row.ts';
import { caddy, envoyServer, haproxy, keyStore, nginx, node, openssl, stunnel, traefik } from '../tls-readers.ts';

const chainAndKey = { 'tls.crt': serverCertificates, 'tls.key': serverKey, 'ca.crt': moreCertificates };

const pemFor = (format: string, ...readers: readonly Reader[]): Row => ({
  ...{ format, finds: servesChain, readers },
  values: { kind: 'needs', fields: chainAndKey },
});

/** Java derives keys from what is printable ASCII, and from nothing else. */
const javaPassword: ValueRule = {
  from: fc.oneof(nasty, fc.string({ unit: 'grapheme-ascii', maxLength: 100 })),
  holds: (text) => /^[ -~]*$/.test(text),
};

export const tls: readonly Row[] = [
  pemFor('nginx-ssl', node, nginx, openssl),
  pemFor('haproxy-pem', haproxy, openssl),
  pemFor('stunnel-pem', stunnel, openssl),
  {
    format: 'java-keystore',
    values: { kind: 'needs', fields: { ...chainAndKey, password: javaPassword } },
    finds: javaChain,
    readers: [keyStore],
  },
  {
    format: 'java-truststore',
    values: { kind: 'needs', fields: { 'ca.crt': authorityCertificates, password: javaPassword } },
    finds: trustsAll,
    readers: [keyStore],
  },
  pemFor('traefik-tls', traefik),
  pemFor('caddy-tls', caddy),
  pemFor('envoy-sds', envoyServer),
];
