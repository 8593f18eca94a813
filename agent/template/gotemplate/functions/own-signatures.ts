/** What neither sprig nor External Secrets Operator has, and shipped formats need, by family. A manifest that uses it is for Keytide alone. */
export const own = {
  javaStores: ['javaTrustStore(string, string) string'],
} as const satisfies Record<string, readonly string[]>;
