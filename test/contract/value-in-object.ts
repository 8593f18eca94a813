import type { Answer, Found } from '../../agent/core/object-ref.ts';
import { SecretValue } from '../../agent/core/secret-value.ts';
import type { Provider } from '../../agent/providers/provider.ts';

/** For stores that keep JSON objects only: their member `value` in place of the object. */
export function valueInObject(provider: Provider): Provider {
  const inner = <T extends Answer | Found>(answer: T): T => {
    if (answer.kind !== 'found') return answer;
    const { value }: { readonly value: string } = JSON.parse(Buffer.from(answer.value.reveal()).toString('utf8'));
    return { ...answer, value: SecretValue.ofText(value) };
  };
  return {
    ...provider,
    read: async (...asked) => new Map([...(await provider.read(...asked))].map(([ref, answer]) => [ref, inner(answer)])),
    find: async (...asked) => ((await provider.find?.(...asked)) ?? []).map(inner),
  };
}
