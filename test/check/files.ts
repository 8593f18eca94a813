import { validateFiles } from '../../agent/check/validate.ts';
import { AgentError } from '../../agent/core/agent-error.ts';
import type { FileSyntax, Validation } from '../../agent/core/hooks.ts';
import { SecretValue } from '../../agent/core/secret-value.ts';

/** Path -> content. */
export type Texts = Readonly<Record<string, string | Uint8Array>>;

/** What a check says of files: the message of its CHECK_FAILED, or undefined when it agrees. */
export async function verdict(texts: Texts, validations: readonly Validation[], now = Date.now()): Promise<string | undefined> {
  const files = Object.entries(texts).map(([path, text]) => {
    const value = typeof text === 'string' ? SecretValue.ofText(text) : new SecretValue(text);
    return { path, value, mode: 0o440 };
  });
  try {
    await validateFiles(validations, files, now);
    return undefined;
  } catch (error) {
    if (error instanceof AgentError && error.code === 'CHECK_FAILED') return error.message;
    throw error;
  }
}

/** Of one file. */
export function syntaxVerdict(syntax: FileSyntax, text: string | Uint8Array): Promise<string | undefined> {
  return verdict({ f: text }, [{ kind: 'syntax', file: 'f', syntax }]);
}
