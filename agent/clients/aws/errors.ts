import { AgentError } from '../../core/agent-error.ts';
import { type Meaning, meaningOfNetwork, meaningOfStatus, meanings } from './error-table.ts';

/** Which request failed, as an operator would name it. */
export interface RequestName {
  /** Such as `AWS Secrets Manager`. */
  readonly service: string;
  /** Such as `SecretStore/aws`. */
  readonly store: string;
  /** Such as `GetSecretValue`. */
  readonly operation: string;
  /** What it was about, such as `app/db`; '' where it names nothing. */
  readonly subject: string;
}

/** A failure of an AWS client, told apart. */
export interface Failure {
  readonly meaning: Meaning;
  /** What AWS called it, or Node's code of a network error; '' where there is neither. */
  readonly name: string;
  /** What may be shown of AWS's own words. */
  readonly detail: string;
  readonly retryAfterMs?: number;
}

/** Tells a failure apart. The error itself is dropped: it may hold the whole answer, or quote it. */
export function failureOf(error: unknown): Failure {
  const { name, code, message, $fault, $metadata, $response } = fieldsOf(error);
  const status = $metadata.httpStatusCode;
  const known = meanings[name];
  if (known) {
    const retryAfterMs = retryAfter($response.headers['retry-after']);
    const meaning = withAction(withDeletion(known, message), message);
    return { meaning, name, detail: detailOf(meaning, message), ...(retryAfterMs ? { retryAfterMs } : {}) };
  }
  if (name === 'AnswerTooLong') return { meaning: { code: 'STORE_ANSWER_INVALID' }, name: '', detail: 'its answer is too long' };
  // Before the status: a connection that broke in the middle of an answer has one, too.
  if (code !== '' && name !== 'SyntaxError') return { meaning: meaningOfNetwork(code), name: code, detail: peerOf(error) };
  if (name === 'TimeoutError') return { meaning: meaningOfNetwork('ETIMEDOUT'), name: '', detail: 'no answer in time' };
  if (status !== undefined && status >= 300)
    return {
      meaning: meaningOfStatus(status),
      name: $fault && /^\w{1,80}$/.test(name) ? name : `HTTP ${status}`,
      detail: '',
    };
  return { meaning: { code: 'STORE_ANSWER_INVALID' }, name: '', detail: 'its answer is not what AWS would say' };
}

/** The failure as the letter to the operator. */
export function agentErrorOf(failure: Failure, request: RequestName): AgentError {
  const { meaning, name, retryAfterMs } = failure;
  return new AgentError(
    meaning.code,
    `${request.store}: ${meaning.code === 'SECRET_MISSING' ? missingText(failure, request) : failedText(failure, request)}`,
    {
      ...(meaning.hint === undefined ? {} : { hint: meaning.hint }),
      ...(name === '' ? {} : { serverCode: name }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    },
  );
}

function failedText({ name, detail }: Failure, { service, operation, subject }: RequestName): string {
  const about = subject === '' ? '' : ` of ${subject}`;
  const why = [name, detail].filter((each) => each !== '').join(': ');
  return `${service} failed ${operation}${about}${why && ` (${why})`}`;
}

/** That a secret has no value yet is another thing than that there is none (aws.md 2.1). */
function missingText({ detail }: Failure, { service, subject }: RequestName): string {
  switch (detail) {
    case deletionDetail:
      return `${subject} in ${service} is ${deletionDetail}`;
    case noValueDetail:
      return `${service} has ${subject}, but ${noValueDetail}`;
    default:
      return `${service} has no ${subject}`;
  }
}

interface ErrorFields {
  readonly name: string;
  readonly code: string;
  readonly message: string;
  /** True: the service itself named this error. */
  readonly $fault: boolean;
  readonly $metadata: { readonly httpStatusCode?: number };
  readonly $response: { readonly headers: Readonly<Record<string, string>> };
}

function fieldsOf(error: unknown): ErrorFields {
  const { name, code, message, Message, $fault, $metadata, $response } = Object(error);
  return {
    name: typeof name === 'string' ? name : '',
    code: typeof code === 'string' ? code : '',
    message: typeof message === 'string' && message !== '' ? message : typeof Message === 'string' ? Message : '',
    $fault: typeof $fault === 'string',
    $metadata: Object($metadata),
    $response: { headers: Object(Object($response).headers) },
  };
}

/** Where a network error happened, as Node tells it: `127.0.0.1:443`, or the name that could not be resolved; else ''. */
function peerOf(error: unknown): string {
  const { address, port, hostname } = Object(error);
  if (typeof address === 'string' && typeof port === 'number') return `${address}:${port}`;
  return typeof hostname === 'string' && /^[\w.-]{1,253}$/.test(hostname) ? hostname : '';
}

/** A secret that waits for its deletion is there, but can't be read: AWS calls that an invalid request (aws.md 2.1). */
function withDeletion(meaning: Meaning, message: string): Meaning {
  if (meaning.code !== 'REQUEST_INVALID' || !markedForDeletion.test(message)) return meaning;
  return {
    code: 'SECRET_MISSING',
    hint: 'The secret is scheduled for deletion: restore it (aws secretsmanager restore-secret), or stop using it.',
  };
}

/** The very permission that is missing, where AWS names it. */
function withAction(meaning: Meaning, message: string): Meaning {
  const action = actionIn(message);
  if (meaning.code !== 'ACCESS_DENIED' || meaning.hint !== undefined || !action) return meaning;
  return {
    ...meaning,
    hint: `Allow this identity ${action} on it, in its own policy and in the resource's; permissions take seconds to spread.`,
  };
}

function actionIn(message: string): string | undefined {
  return /perform: ([a-z0-9-]+:[A-Za-z]+)/.exec(message)?.[1];
}

/** AWS has said it in these two ways; ESO looks for the first (eso.md 1.5). */
const markedForDeletion = /marked (for deletion|deleted)/;
const deletionDetail = 'marked for deletion';
const noValueDetail = 'no value with the label AWSCURRENT yet';

/**
 * AWS's words, as far as they help and can be trusted to hold no value: who lacks which permission, that there is no value yet, and what is wrong with a
 * request of ours. Request ids and credentials would make equal failures look different, and are cut as ESO does (eso.md 2.3).
 */
function detailOf({ code }: Meaning, message: string): string {
  switch (code) {
    case 'ACCESS_DENIED': {
      const who = /User: (arn:[\w:/+=,.@-]+)/.exec(message)?.[1];
      const action = actionIn(message);
      const reason = /\b(because no [a-z -]+ allows|with an explicit deny in an? [a-z -]+)/.exec(message)?.[1];
      return who && action ? `${who} may not ${action}${reason ? `, ${reason.replace(/ allows$/, ' allows it')}` : ''}` : '';
    }
    case 'SECRET_MISSING':
      if (markedForDeletion.test(message)) return deletionDetail;
      return message.endsWith('staging label: AWSCURRENT') ? noValueDetail : '';
    case 'REQUEST_INVALID':
      return sanitized(message);
    default:
      return '';
  }
}

function sanitized(message: string): string {
  return message
    .replace(/,? ?request ?id: \S+/gi, '')
    .replace(/ Credential=.*/s, '')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 300);
}

function retryAfter(header: string | undefined): number | undefined {
  const seconds = Number(header);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 3600) * 1000 : undefined;
}
