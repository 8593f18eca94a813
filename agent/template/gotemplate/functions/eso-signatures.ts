/** What External Secrets Operator adds to sprig (gotemplate.md 13), by family. */
export const eso = {
  yaml: ['toYaml(any) string', 'fromYaml(string) dict'],
  pem: ['filterPEM(string, string) string', 'filterCertChain(string, string) string', 'certSANs(string) []string'],
  keystores: [
    'pkcs12key(string) string',
    'pkcs12keyPass(string, string) string',
    'pkcs12cert(string) string',
    'pkcs12certPass(string, string) string',
    'pemToPkcs12(string, string) string',
    'pemToPkcs12Pass(string, string, string) string',
    'fullPemToPkcs12(string, string) string',
    'fullPemToPkcs12Pass(string, string, string) string',
    'pemTruststoreToPKCS12(string) string',
    'pemTruststoreToPKCS12Pass(string, string) string',
  ],
  jose: [
    'jwkPublicKeyPem(string) string',
    'jwkPrivateKeyPem(string) string',
    'rsaDecrypt(string, string, string, string) string',
  ],
} as const satisfies Record<string, readonly string[]>;
