import type { VaultRequest } from './wire.ts';

/** Remembers how far a server was, so that a standby doesn't answer with less (Vault Enterprise; vault.md R-36). */
export interface IndexKeeper {
  readonly headers: (request: Pick<VaultRequest, 'consistency'>) => Readonly<Record<string, string>>;
  /** Called as a request goes out; what it gives is called with the headers of the answer. */
  readonly start: () => (answer: Readonly<Record<string, string>>) => void;
}

export function keepIndex(options: { readonly readYourWrites?: boolean; readonly forwardInconsistent?: boolean }): IndexKeeper {
  const { readYourWrites = false, forwardInconsistent = false } = options;
  const isKept = readYourWrites || forwardInconsistent;
  let index: string | undefined;
  let started = 0;
  /** Which request gave the index. Indices can't be compared, so the answer to the latest request counts. */
  let givenTo = 0;
  return {
    headers: ({ consistency }) => ({
      ...(isKept && index !== undefined ? { 'x-vault-index': index } : {}),
      ...((readYourWrites && forwardInconsistent) || consistency === 'forward'
        ? { 'x-vault-inconsistent': 'forward-active-node' }
        : {}),
    }),
    start: () => {
      started += 1;
      const turn = started;
      return (answer) => {
        const given = answer['x-vault-index'];
        if (!isKept || !given || turn < givenTo) return;
        index = given;
        givenTo = turn;
      };
    },
  };
}
