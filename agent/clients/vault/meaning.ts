import type { ErrorCode } from '../../core/agent-error.ts';
import type { VaultFailure } from './wire.ts';

/** What a failure of Vault means to us (vault.md 3). */
export interface Meaning {
  readonly code: ErrorCode;
  readonly hint: string;
  /** True: the same request can go well in a moment. */
  readonly isTransient?: true;
  /** Says it instead of the server's words. */
  readonly words?: string;
}

/** Tells a failure apart: by why there was no answer of Vault, by its words, by its status. */
export function meaningOf(failure: VaultFailure): Meaning {
  const { status, reason, errors } = failure;
  if (reason !== undefined) return status === 0 ? (meaningOfReason(reason) ?? meaningOfNetwork(reason)) : meaningOfPage(status);
  const said = errors.join('\n');
  const known = byWords.find((each) => each.statuses.includes(status) && each.words.test(said));
  return known?.meaning ?? meaningOfStatus(status);
}

const unavailable = (hint: string): Meaning => ({ code: 'STORE_UNAVAILABLE', hint, isTransient: true });
/** Waiting longer than a call may take is needed. */
const lasting = (hint: string): Meaning => ({ code: 'STORE_UNAVAILABLE', hint });
const invalid = (hint: string): Meaning => ({ code: 'REQUEST_INVALID', hint });

const checkMount = "Correct the store's path (the mount) or namespace: Vault has no engine there.";
const throttled: Meaning = {
  code: 'STORE_THROTTLED',
  isTransient: true,
  hint: 'A quota of Vault (sys/quotas) limits these requests; the agent slows down and keeps the files it has.',
};

/** Where the words say more than the status does. They stand in longer texts. */
const byWords: readonly { readonly statuses: readonly number[]; readonly words: RegExp; readonly meaning: Meaning }[] = [
  {
    statuses: [404],
    words: /invalid path for a versioned K\/V/i,
    meaning: {
      code: 'REQUEST_INVALID',
      words: 'the mount is KV v2, and was asked as v1',
      hint: 'Set version: v2 in the store, or add data/ after the mount.',
    },
  },
  { statuses: [404, 400, 405], words: /no handler for route|unsupported path/, meaning: invalid(checkMount) },
  {
    statuses: [400, 500],
    words: /Upgrading from non-versioned to versioned/i,
    meaning: unavailable('Vault is turning this mount from KV v1 into v2; that ends by itself.'),
  },
  {
    statuses: [400],
    words: /failed to renew entry/, // L1: the engine's own failure, passed on as 400.
    meaning: lasting('The engine behind Vault (a database, a cloud) did not extend the lease; look whether Vault reaches it.'),
  },
  {
    statuses: [500],
    words: /failed to renew entry|past the max TTL|cannot renew a token across namespaces/, // T3: not transient, in spite of the 500.
    meaning: lasting('Vault renews this token no longer; the agent logs in anew.'),
  },
  {
    statuses: [403],
    words: /invalid token|bad token/,
    meaning: {
      code: 'ACCESS_DENIED',
      hint: 'The token has expired or was revoked; the agent logs in anew where the store says how.',
    },
  },
  {
    statuses: [429],
    words: /lease count quota/,
    meaning: { ...throttled, hint: 'Raise the lease-count quota in Vault, or revoke leases that nobody uses.' },
  },
  {
    statuses: [503],
    words: /namespace.*(lock|seal)|(lock|seal)ed.*namespace/i, // N4
    meaning: unavailable('Unlock or unseal this namespace (`vault namespace unlock`); the agent keeps the files it has.'),
  },
  {
    statuses: [503],
    words: /sealed/i,
    meaning: unavailable('Vault is sealed: unseal it (`vault operator unseal`); the agent keeps the files it has.'),
  },
  {
    statuses: [500, 503],
    words: /standby|no active|active (cluster )?node|local node not active/i,
    meaning: unavailable(
      'This node is a standby and reaches no active one: look at the leader (`vault status`); the agent keeps trying.',
    ),
  },
];

/** Vault's own answer with an error. */
function meaningOfStatus(status: number): Meaning {
  switch (status) {
    case 400:
      return invalid('Vault refuses the request as it is written: compare path, version and parameters in the manifest.');
    case 403:
      return {
        code: 'ACCESS_DENIED',
        hint: 'Allow this path in a policy of this identity (`vault token capabilities` tells); a wrong mount or namespace is refused alike.',
      };
    case 404:
      return {
        code: 'SECRET_MISSING',
        hint: "Create the secret in Vault, or correct the key, or the store's path and namespace.",
      };
    case 405:
      return invalid('The engine at this path does not do that: look which engine is mounted there, and which KV version.');
    case 413:
      return invalid('The request is larger than Vault takes (32 MiB, or max_request_size of its listener).');
    case 415:
      return invalid('Something between the agent and Vault changed the Content-Type of the request.');
    case 429:
      return throttled;
    default:
      return meaningOfOutage(status);
  }
}

function meaningOfOutage(status: number): Meaning {
  switch (status) {
    case 412:
      return unavailable(
        'This node of Vault is behind the others; forwardInconsistent lets it hand such requests to the active node.',
      );
    case 472:
      return unavailable('This node is a secondary for disaster recovery and serves nothing: point server at the primary.');
    case 473:
      return unavailable('This node is a performance standby: point server at the active node or its load balancer.');
    case 501:
      return lasting('Vault is not initialised: run `vault operator init` and unseal it.');
    case 502:
      return unavailable('What stands behind this engine (a database, a cloud) refused or failed: look at the log of Vault.');
    case 503:
      return unavailable(
        'Vault serves nothing now: see `vault status` for sealed and the leader; the agent keeps the files it has.',
      );
    default:
      if (status >= 500)
        return unavailable('Look at the log of Vault for this path: the engine, or what stands behind it, failed.');
      return { code: 'STORE_ANSWER_INVALID', hint: 'Look at what answers at this address: Vault has no such status.' };
  }
}

/** The page of a proxy or load balancer, with a status that is believed. */
function meaningOfPage(status: number): Meaning {
  if (status === 429)
    return { ...throttled, hint: 'A proxy or load balancer in front of Vault limits requests; the agent slows down.' };
  return unavailable('A proxy or load balancer answered in place of Vault: look whether it has a healthy Vault behind it.');
}

/** Where it was we who stopped. */
function meaningOfReason(reason: string): Meaning | undefined {
  switch (reason) {
    case 'NOT_JSON':
    case 'TOO_LONG':
      return {
        code: 'STORE_ANSWER_INVALID',
        hint: 'Look at what answers at server: a proxy, a login page or another service, not Vault.',
      };
    case 'REDIRECT_REFUSED':
      return {
        code: 'STORE_ANSWER_INVALID',
        hint: "Point server at Vault itself, and check api_addr of each node: a token is only sent to Vault's own nodes, over https.",
      };
    case 'TOKEN_UNPRINTABLE':
      return { code: 'CREDENTIALS_MISSING', hint: 'Store the token alone: one line, no quotes, no byte order mark.' };
    case 'PATH_REFUSED':
      return invalid('Write the path without `.` and `..` segments: Vault takes no relative paths.');
    case 'BODY_TOO_LONG':
      return invalid('Vault takes requests of 32 MiB at most.');
    case 'GIVEN_UP':
      return lasting('The agent stopped, or other requests of this refresh took all of its time.');
    default:
      return undefined;
  }
}

const untrusted = /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|CERT_)/;

/** No answer at all, by Node's code. What a certificate is wrong in, a moment later still is. */
function meaningOfNetwork(code: string): Meaning {
  if (untrusted.test(code))
    return lasting("Put the CA that signed the server's certificate into the store's caBundle or caProvider.");
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return lasting("The server's certificate is for another name: use that name in server.");
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|EPROTO/.test(code))
    return lasting('TLS did not come about: does the listener speak https (server), and take the TLS versions of the agent?');
  if (/^ERR_SSL_.*(CERTIFICATE|ALERT)/.test(code))
    return lasting(
      "The server refuses the client certificate, or asks for one: see the store's tls, and the CAs that the listener takes.",
    );
  if (/^ERR_(INVALID_CHAR|HTTP_INVALID_HEADER_VALUE|INVALID_HTTP_TOKEN)$/.test(code))
    return invalid("The store's headers or namespace hold characters that HTTP does not take.");
  if (code === 'ERR_PROXY_TUNNEL') return unavailable('Look at the proxy of HTTPS_PROXY: it refused the connection to Vault.');
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return unavailable("Check the name in the store's server, and the cluster's DNS.");
  if (code === 'ECONNREFUSED')
    return unavailable('Nobody listens there: check address and port in server, and whether Vault runs.');
  return unavailable('Check the network policy, DNS and the state of Vault; the agent keeps trying and keeps the files it has.');
}
