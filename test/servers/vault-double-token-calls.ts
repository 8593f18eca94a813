import { authOf, lookupOf, type Token, type TokenRules, type TokenStore } from './vault-double-tokens.ts';
import { type Call, multiline, nothingThere, type Reply, seconds, text, VaultRefusal } from './vault-double-wire.ts';

/** What answers below `auth/token/` (vault.md 6). `caller` is alive and its policies have been asked. */
export function tokenCalls(tokens: TokenStore, now: () => number) {
  const calls: Readonly<Record<string, (call: Call, caller: Token) => Reply>> = {
    'lookup-self': (_call, caller) => ({ kind: 'envelope', mountType: 'token', data: lookupOf(caller, now()) }),
    lookup: ({ body }) => ({ kind: 'envelope', mountType: 'token', data: lookupOf(named(text(body['token'])), now()) }),
    'lookup-accessor': ({ body }) => ({
      kind: 'envelope',
      mountType: 'token',
      data: lookupOf(accessed(text(body['accessor'])), now()),
    }),
    'renew-self': (call, caller) => renewed(call, caller),
    renew: (call) => renewed(call, named(text(call.body['token']))),
    'revoke-self': (_call, caller) => revoked(caller),
    revoke: ({ body }) => revoked(named(text(body['token']))),
    'revoke-accessor': ({ body }) => revoked(accessed(text(body['accessor']))),
    create: (call, caller) => created(call, caller, call.body['no_parent'] === true),
    'create-orphan': (call, caller) => created(call, caller, true),
  };
  return (call: Call, within: string, caller: Token): Reply => {
    const handle = calls[within];
    if (!handle) throw nothingThere();
    return handle(call, caller);
  };

  function named(id: string): Token {
    const token = tokens.find(id);
    if (!token) throw new VaultRefusal(403, 'bad token');
    return token;
  }

  function accessed(accessor: string): Token {
    const token = tokens.byAccessor(accessor);
    if (!token) throw new VaultRefusal(400, multiline('invalid accessor'));
    return token;
  }

  function renewed(call: Call, token: Token): Reply {
    const { increment } = call.body;
    const asked = seconds(increment) ?? 0;
    if (typeof increment === 'string' && seconds(increment) === undefined)
      throw new VaultRefusal(
        400,
        `Field validation failed: error converting input for field "increment": time: invalid duration ${JSON.stringify(increment)}`,
      );
    // Of a user who is gone, userpass says nothing at all.
    if (token.origin.isForgotten?.()) return { kind: 'nothing' };
    const warnings = tokens.renew(token, asked, call.certificate);
    return { kind: 'envelope', mountType: 'token', auth: authOf(token, now()), warnings };
  }

  function revoked(token: Token): Reply {
    if (token.rules.type === 'batch') throw new VaultRefusal(400, 'batch tokens cannot be revoked');
    tokens.revoke(token);
    return { kind: 'nothing' };
  }

  function created({ body, namespace, path }: Call, caller: Token, orphan: boolean): Reply {
    const rules: TokenRules = {
      policies: Array.isArray(body['policies'])
        ? body['policies'].map(String)
        : caller.policies.filter((each) => each !== 'root'),
      ttl: seconds(body['ttl']) ?? 0,
      period: seconds(body['period']) ?? 0,
      explicitMaxTtl: seconds(body['explicit_max_ttl']) ?? 0,
      numUses: seconds(body['num_uses']) ?? 0,
      type: body['type'] === 'batch' ? 'batch' : 'service',
      renewable: body['renewable'] !== false,
      noDefaultPolicy: body['no_default_policy'] === true,
      orphan,
    };
    const token = tokens.issue(rules, { path, namespace, displayName: 'token', ...(orphan ? {} : { parent: caller }) });
    return { kind: 'envelope', mountType: 'token', auth: authOf(token, now()) };
  }
}
