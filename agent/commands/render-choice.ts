import { AgentError } from '../core/agent-error.ts';
import { didYouMean } from '../core/problem.ts';
import type { Delivery, ExternalSecret, Spec } from '../core/spec.ts';

/** What is rendered. */
export interface Choice {
  /** What the report is about. */
  readonly externalSecrets: readonly ExternalSecret[];
  /** Whose files it shows. */
  readonly deliveries: readonly Delivery[];
  /** What must be fetched for it: the files of a delivery are made of all its members. */
  readonly needed: readonly ExternalSecret[];
}

/**
 * `db`, `externalsecret/db`, `delivery/web`. A name that both an external secret and a delivery have is the external secret's. Without
 * a name: the only external secret. Throws USAGE.
 */
export function chosen(spec: Spec, name: string | undefined): Choice {
  if (name === undefined) return ofSecret(spec, theOnlyOne(spec));
  const [, kind, bare = ''] = /^(?:(externalsecret|delivery)\/)?(.*)$/i.exec(name) ?? [];
  const wanted = kind?.toLowerCase();
  const secret = wanted === 'delivery' ? undefined : spec.externalSecrets.find((each) => each.name === bare);
  if (secret) return ofSecret(spec, secret);
  const delivery = wanted === 'externalsecret' ? undefined : spec.deliveries.find((each) => each.name === bare);
  if (delivery) return ofDelivery(spec, delivery);
  throw unknown(spec, bare, wanted);
}

function ofSecret({ externalSecrets, deliveries: all }: Spec, secret: ExternalSecret): Choice {
  const deliveries = all.filter((delivery) => delivery.externalSecrets.includes(secret.name));
  const others = deliveries.filter(({ files }) => files.length > 0).flatMap((delivery) => delivery.externalSecrets);
  const needed = externalSecrets.filter((each) => each === secret || others.includes(each.name));
  return { externalSecrets: [secret], deliveries, needed };
}

/** In the order of the delivery: where members merge, a later one wins. */
function ofDelivery({ externalSecrets }: Spec, delivery: Delivery): Choice {
  const members = delivery.externalSecrets.flatMap((name) => externalSecrets.filter((each) => each.name === name));
  return { externalSecrets: members, deliveries: [delivery], needed: members };
}

function theOnlyOne(spec: Spec): ExternalSecret {
  const [first, ...others] = spec.externalSecrets;
  if (first && others.length === 0) return first;
  throw new AgentError('USAGE', `which one? ${namesInWords(spec)}`, { hint: 'Name one: keytide render NAME.' });
}

function unknown(spec: Spec, name: string, kind: string | undefined): AgentError {
  const secrets = spec.externalSecrets.map((each) => each.name);
  const deliveries = spec.deliveries.map((each) => each.name);
  const known = kind === 'delivery' ? deliveries : kind === 'externalsecret' ? secrets : [...secrets, ...deliveries];
  const what = kind === 'delivery' ? 'delivery' : kind === 'externalsecret' ? 'external secret' : 'external secret or delivery';
  const short = name.length > 60 ? `${name.slice(0, 60)}...` : name;
  const message = `the spec has no ${what} ${short}${didYouMean(name, known)}`;
  return new AgentError('USAGE', message, { hint: `${capitalized(namesInWords(spec))}.` });
}

/** Enough to find it again; a spec may have a thousand. */
const mostNames = 30;

function namesInWords({ externalSecrets, deliveries }: Spec): string {
  const declared = deliveries.filter(({ origin }) => origin === 'declared');
  const parts = [
    ['external secrets', externalSecrets],
    ['deliveries', declared],
  ] as const;
  const told = parts.filter(([, each]) => each.length > 0).map(([what, each]) => `${what} ${listed(each)}`);
  return `there are ${told.join('; ')}`; // A spec without external secrets is refused.
}

function listed(each: readonly { readonly name: string }[]): string {
  const more = each.length > mostNames ? `, and ${each.length - mostNames} more` : '';
  return `${each
    .slice(0, mostNames)
    .map(({ name }) => name)
    .join(', ')}${more}`;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
