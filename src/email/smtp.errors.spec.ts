import { describe, expect, it } from 'vitest';
import type { FailureKind } from '../channels/failures.js';
import { failureOf } from './smtp.errors.js';

type Stage = 'connection' | 'sender' | 'recipient' | 'message';
const MARKS: Record<Stage, { code: string; command: string }> = {
  connection: { code: 'EPROTOCOL', command: 'CONN' },
  sender: { code: 'EENVELOPE', command: 'MAIL FROM' },
  recipient: { code: 'EENVELOPE', command: 'RCPT TO' },
  message: { code: 'EMESSAGE', command: 'DATA' },
};

/** As nodemailer throws it when a server says no. */
const refused = (stage: Stage, response: string) =>
  Object.assign(new Error(`Refused: ${response}`), {
    ...MARKS[stage],
    response,
    responseCode: Number(response.slice(0, 3)),
  });

const SAID: [FailureKind, Stage, string][] = [
  ['not_accepted', 'connection', '421 4.3.2 Shutting down'],
  ['not_accepted', 'connection', '454 4.7.0 Temporary authentication failure'],
  ['not_accepted', 'sender', '450 4.1.8 Sender address: domain not found'],
  ['not_accepted', 'recipient', '450 4.2.0 Greylisted, see you in 300 seconds'],
  ['not_accepted', 'recipient', '451 4.3.0 Try again later'],
  ['not_accepted', 'recipient', '452 4.5.3 Too many recipients'],
  ['not_accepted', 'message', '451 4.7.1 Greylisted'],
  ['not_accepted', 'message', '503 5.5.1 Bad sequence of commands'],
  ['maybe_later', 'recipient', '452 4.2.2 The mailbox is full'],
  ['maybe_later', 'recipient', '552 5.2.2 Over quota'],
  ['maybe_later', 'recipient', '552 Mailbox full'],
  ['address', 'recipient', '550 5.1.1 <ram@nowhere.example>: user unknown'],
  ['address', 'recipient', '550 No such user here'],
  ['address', 'recipient', '551 User not local'],
  ['address', 'recipient', '553 5.1.3 Bad address syntax'],
  ['address', 'recipient', '550 5.2.1 The mailbox is disabled'],
  ['address', 'recipient', '550-5.1.1 The account does not exist.\n550 5.1.1 Really not.'],
  ['address', 'message', '550 5.1.1 No such user'],
  ['stopped', 'recipient', '550 5.7.1 The recipient complained about you'],
  ['content', 'recipient', '550 5.7.1 Client host blocked'],
  ['content', 'recipient', '550 Blocked by our reputation filter'],
  ['content', 'message', '554 5.7.1 Refused by policy'],
  ['content', 'message', '554 Transaction failed'],
  ['content', 'message', '552 5.3.4 Message size exceeds limit'],
  ['content', 'sender', '552 5.3.4 Message size exceeds limit'],
  ['content', 'message', '552 5.7.0 A virus was found'],
  ['configuration', 'connection', '535 5.7.8 Username and password not accepted'],
  ['configuration', 'connection', '554 No mail from you'],
  ['configuration', 'sender', '530 5.7.0 Authentication required'],
  ['configuration', 'sender', '553 5.7.1 Sender address rejected: not owned by user'],
  ['configuration', 'recipient', '554 5.7.1 <ram@x.example>: Relay access denied'],
  ['configuration', 'recipient', '550 5.7.54 Unable to relay recipient in non-accepted domain'],
  ['configuration', 'message', '550 5.7.60 Client does not have permissions to send as this sender'],
  ['configuration', 'message', '554 Message rejected: Email address is not verified.'],
];

describe('what an SMTP server says', () => {
  it.each(SAID)('is %s at the %s: %s', (kind, stage, response) => {
    for (const handedOver of [false, true])
      expect(failureOf(refused(stage, response), handedOver).kind).toBe(kind);
  });

  it('is kept as a code of the reply and the enhanced status', () => {
    expect(failureOf(refused('recipient', '550 5.1.1 No such user'), false)).toMatchObject({
      code: '550 5.1.1',
      provider: 'smtp',
      message: '5.1.1 No such user',
    });
    expect(failureOf(refused('recipient', '550 No such user'), false).code).toBe('550');
  });

  it('is kept without the address that it repeats, and on one line', () => {
    const failure = failureOf(refused('recipient', '550-5.1.1 <ram.k@x.example>:\n550 5.1.1 unknown'), false);
    expect(failure.message).toBe('5.1.1 <***>: 5.1.1 unknown');
  });

  it('is ambiguous when it is neither yes nor no, and only once the mail had left', () => {
    const odd = refused('message', '354 Go on');
    expect(failureOf(odd, true).kind).toBe('ambiguous');
    expect(failureOf(odd, false).kind).toBe('not_accepted');
  });
});

describe('a failure without an answer', () => {
  const broken = (facts: object) => Object.assign(new Error('broken'), facts);

  it.each(['ECONNECTION', 'ETIMEDOUT', 'ESOCKET', 'EDNS', 'EPROTOCOL', 'ESTREAM', 'EABORT'])(
    'is ambiguous for %s after the mail had left, and surely not accepted before',
    (code) => {
      expect(failureOf(broken({ code }), true).kind).toBe('ambiguous');
      expect(failureOf(broken({ code }), false).kind).toBe('not_accepted');
    },
  );

  it.each([
    { code: 'ETLS' },
    { code: 'EAUTH' },
    { code: 'ENOAUTH' },
    { code: 'ESOCKET', originalCode: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
    { code: 'ESOCKET', originalCode: 'ERR_TLS_CERT_ALTNAME_INVALID' },
  ])('is a matter of configuration: %o', (facts) => {
    expect(failureOf(broken(facts), false).kind).toBe('configuration');
  });

  it('is sorted even when it is no error at all', () => {
    expect(failureOf('what?', false)).toMatchObject({ kind: 'not_accepted', message: 'what?' });
  });
});
