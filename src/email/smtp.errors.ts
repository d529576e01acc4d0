import { DeliveryFailure, type FailureKind } from '../channels/failures.js';

export const PROVIDER = 'smtp';

/** What nodemailer tells of a failure, as far as it matters here. */
interface SmtpError extends Error {
  /** Nodemailer's word for the stage: EAUTH, EENVELOPE, EMESSAGE, ETLS, ... */
  readonly code?: string;
  /** The command that was refused. */
  readonly command?: string;
  readonly responseCode?: number;
  readonly response?: string;
  /** Node's word, where nodemailer put its own in its place. */
  readonly originalCode?: string;
}

/** A refusal that the server spoke out. */
interface Reply {
  /** 550 */
  readonly code: number;
  /** 5.1.1, or '' where the server gives none. */
  readonly enhanced: string;
  readonly text: string;
  readonly stage: 'connection' | 'sender' | 'recipient' | 'message';
}

type Row = readonly [kind: FailureKind, applies: (reply: Reply) => boolean];

const is = (pattern: RegExp) => (reply: Reply) => pattern.test(reply.enhanced);
const says = (pattern: RegExp) => (reply: Reply) => pattern.test(reply.text);
const all =
  (...conditions: Row[1][]): Row[1] =>
  (reply) =>
    conditions.every((holds) => holds(reply));
const at =
  (...stages: Reply['stage'][]): Row[1] =>
  ({ stage }) =>
    stages.includes(stage);

/**
 * RFC 5321, 3463 and 7372, and what large servers do with them. The first row that applies decides. Only what
 * surely speaks of the address counts against it: an address is suppressed for good.
 */
const TABLE: readonly Row[] = [
  ['maybe_later', is(/^[45]\.2\.2$/)],
  ['maybe_later', all(({ code, enhanced }) => code === 552 && enhanced === '', says(/full|quota|storage/i))],
  ['not_accepted', ({ code }) => code < 500 || code === 503],
  ['configuration', ({ code }) => [530, 534, 535, 538].includes(code)],
  ['configuration', is(/^5\.7\.(?:8|9|11|60)$/)],
  ['configuration', at('connection')],
  ['content', is(/^5\.3\.4$|^5\.6\./)],
  ['content', ({ code }) => code === 552],
  ['configuration', at('sender')],
  ['configuration', is(/^5\.1\.[78]$/)],
  [
    'configuration',
    says(/relay(?:ing)?\b|(?:sender|from|identity|e?-?mail address).{0,40}not (?:been )?verified/i),
  ],
  ['stopped', says(/complain|unsubscribed|opted out/i)],
  ['address', is(/^5\.1\.|^5\.2\.1$|^5\.4\.1$/)],
  ['content', is(/^5\.7\./)],
  ['content', says(/spam|polic|block|black ?list|reputation|spf|dkim|dmarc|virus|unsolicited/i)],
  ['address', all(at('recipient'), ({ code }) => [550, 551, 553].includes(code))],
  ['content', () => true],
];

/** Before the message is on its way these say that it was refused; a break of the connection says nothing. */
const WITHOUT_REPLY: Readonly<Record<string, FailureKind>> = {
  EAUTH: 'configuration',
  ENOAUTH: 'configuration',
  EOAUTH2: 'configuration',
  ETLS: 'configuration',
  EREQUIRETLS: 'configuration',
  ECONFIG: 'configuration',
  EENVELOPE: 'address',
  EMESSAGE: 'content',
  EFILEACCESS: 'content',
  EURLACCESS: 'content',
};

/**
 * Sorts an error of nodemailer. `handedOver`: the whole message had left for the socket, so that a connection
 * which broke afterwards may have broken on the way of the server's yes.
 */
export function failureOf(thrown: unknown, handedOver: boolean): DeliveryFailure {
  const error: SmtpError = thrown instanceof Error ? thrown : new Error(String(thrown));
  const reply = replyOf(error);
  const kind = reply ? kindOf(reply) : kindWithoutReply(error, handedOver);
  return new DeliveryFailure({
    kind,
    code: reply ? `${reply.code} ${reply.enhanced}`.trim() : (error.code ?? error.name),
    message: sentenceOf(error, reply),
    provider: PROVIDER,
    cause: error,
  });
}

const kindOf = (reply: Reply): FailureKind => TABLE.find(([, applies]) => applies(reply))?.[0] ?? 'content';

function kindWithoutReply(error: SmtpError, handedOver: boolean): FailureKind {
  const broken: FailureKind = handedOver ? 'ambiguous' : 'not_accepted';
  // A reply that is neither yes nor no.
  if (error.responseCode !== undefined) return broken;
  if (/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO/.test(error.originalCode ?? '')) return 'configuration';
  return WITHOUT_REPLY[error.code ?? ''] ?? broken;
}

function replyOf({ code, command = '', responseCode, response = '' }: SmtpError): Reply | null {
  // A 2xx or 3xx in the wrong place is no refusal: nobody knows what the server meant.
  if (responseCode === undefined || responseCode < 400) return null;
  const text = response.replace(/^\d{3}[ -]/gm, '');
  const enhanced = /^([45]\.\d{1,3}\.\d{1,3})\b/.exec(text.trim())?.[1] ?? '';
  return { code: responseCode, enhanced, text, stage: stageOf(code, command) };
}

function stageOf(code: string | undefined, command: string): Reply['stage'] {
  if (code === 'EMESSAGE') return 'message';
  if (command === 'RCPT TO') return 'recipient';
  if (command === 'MAIL FROM') return 'sender';
  return command === 'DATA' ? 'message' : 'connection';
}

/** Servers repeat the address they refuse, and it goes into logs: people are left out. */
function sentenceOf(error: SmtpError, reply: Reply | null): string {
  const said = (reply?.text ?? error.message).replace(/[\p{Cc}\s]+/gu, ' ').trim();
  return said.replace(/[^\s<>"'(),;:]+@[^\s<>"'(),;:]+/g, '***').slice(0, 300);
}
