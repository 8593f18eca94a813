import { AgentError } from '../../core/agent-error.ts';

/** The service that issues credentials could not be asked, or did not answer as such. Waiting can mend it. */
export function unavailable(what: string, where: string, why: string, hint?: string): AgentError {
  return new AgentError('IDENTITY_UNAVAILABLE', `${what} at ${where} ${why}`, hint === undefined ? {} : { hint });
}

/** What a failed connection is called, with the mend where it is known. Only the code is told: some messages quote what was sent. */
export function networkFailure(what: string, where: string, error: unknown): AgentError {
  if (error instanceof AgentError) return error;
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown failure';
  const isTrust = /CERT|SIGNATURE|ALTNAME|ISSUER/.test(code);
  const hint = isTrust
    ? 'Name the CA that signs this certificate in AWS_CA_BUNDLE (a proxy that opens TLS has its own), and mount its PEM file.'
    : 'Check the network policy, DNS, HTTPS_PROXY and NO_PROXY of this pod; the agent keeps trying.';
  return unavailable(what, where, `could not be reached (${code})`, hint);
}

/** What a server wrote, fit for a log: one line, no request id (so that equal failures read equal), and nothing of what we sent. */
export function serverWords(text: string, sent: readonly string[]): string {
  const clean = sent
    .filter((secret) => secret.length >= 6)
    .reduce((rest, secret) => rest.replaceAll(secret, '[...]'), text)
    // STS quotes a token that it can't read, sometimes in part.
    .replace(/eyJ[\w-]{4,}(\.[\w-]*)*/g, '[...]')
    .replace(/,? ?request id: [\w-]+/gi, '')
    .replace(/ ?Credential=\S+/g, '')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a server may send anything
    .replace(/[\s\u0000-\u001f\u007f]+/g, ' ')
    .trim();
  return clean.length > 300 ? `${clean.slice(0, 300)}...` : clean;
}
