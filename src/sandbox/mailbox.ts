import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import smtp, { type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { decodeWords, headersOf } from './mail-headers.js';
import type { MailMessage } from './message.js';
import type { MessageStore } from './message-store.js';

const MAX_MAIL_BYTES = 25 * 1024 * 1024;

interface Refusal {
  readonly code: number;
  readonly message: string;
}

/** Addresses that refuse, by their local part (`bounce@...`, `bounce+anything@...`). In docs/sandbox.md. */
const REFUSED_RECIPIENTS: Record<string, Refusal> = {
  bounce: { code: 550, message: '5.1.1 There is no such mailbox here' },
  disabled: { code: 550, message: '5.2.1 The mailbox is disabled' },
  full: { code: 452, message: '4.2.2 The mailbox is full' },
  busy: { code: 451, message: '4.3.0 Try again later' },
};
/** Refused only when the whole mail is there, as filters do. */
const REFUSED_CONTENT: Record<string, Refusal> = {
  spam: { code: 554, message: '5.7.1 Refused by policy' },
};

/** An SMTP server that keeps every mail and passes none on. */
export class Mailbox {
  private readonly server = new smtp.SMTPServer({
    name: 'sandbox',
    banner: 'mails end here',
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: MAX_MAIL_BYTES,
    closeTimeout: 200,
    onRcptTo: ({ address }, _session, answer) => answer(refusalOf(address, REFUSED_RECIPIENTS)),
    onData: (stream, session, answer) => this.receive(stream, session, answer),
  });

  constructor(private readonly store: MessageStore) {
    // A client that breaks off is no matter of ours.
    this.server.on('error', () => undefined);
  }

  async listen(port: number, host: string): Promise<number> {
    const { server } = this.server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      this.server.listen(port, host, resolve);
    });
    return (server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
    });
  }

  private receive(
    stream: SMTPServerDataStream,
    { envelope }: SMTPServerSession,
    answer: (error?: Error | null, message?: string) => void,
  ): void {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.once('end', () => {
      const to = envelope.rcptTo.map(({ address }) => address);
      const refusal = stream.sizeExceeded
        ? smtpError(552, '5.3.4 The mail is too big')
        : to.map((address) => refusalOf(address, REFUSED_CONTENT)).find((found) => found);
      if (!refusal) this.store.add(mailOf(Buffer.concat(chunks), to));
      answer(refusal, 'kept');
    });
  }
}

function mailOf(raw: Buffer, to: string[]): MailMessage {
  const headers = headersOf(raw);
  return {
    channel: 'email',
    id: `EM${randomUUID().replaceAll('-', '')}`,
    to,
    from: decodeWords(headers.get('from')?.[0] ?? ''),
    subject: decodeWords(headers.get('subject')?.[0] ?? ''),
    messageId: headers.get('message-id')?.[0] ?? null,
    raw,
    receivedAt: Date.now(),
  };
}

function refusalOf(address: string, refusals: Readonly<Record<string, Refusal>>): Error | null {
  const [local = ''] = address.toLowerCase().split(/[+@]/);
  const refusal = Object.hasOwn(refusals, local) ? refusals[local] : undefined;
  return refusal ? smtpError(refusal.code, refusal.message) : null;
}

function smtpError(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}
