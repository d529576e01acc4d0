import { randomUUID } from 'node:crypto';
import type { AddressInfo, Socket } from 'node:net';
import smtp, { type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import type { Behaviour, Fault } from './behaviour.js';
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

const TOO_BIG: Refusal = { code: 552, message: '5.3.4 The mail is too big' };
const BUSY: Refusal = { code: 451, message: '4.3.0 Try again later' };

/** An SMTP server that keeps every mail and passes none on. */
export class Mailbox {
  private readonly server = new smtp.SMTPServer({
    name: 'sandbox',
    banner: 'mails end here',
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: MAX_MAIL_BYTES,
    closeTimeout: 200,
    onRcptTo: ({ address }, _session, answer) => {
      const refusal = refusalOf(address, REFUSED_RECIPIENTS);
      answer(refusal && smtpError(refusal));
    },
    onData: (stream, session, answer) => this.receive(stream, session, answer),
  });

  /** The connections by their other end's port, which is all that a session tells of its own. */
  private readonly sockets = new Map<number, Socket>();

  constructor(
    private readonly store: MessageStore,
    private readonly behaviour: Behaviour,
  ) {
    // A client that breaks off is no matter of ours.
    this.server.on('error', () => undefined);
    this.server.server.on('connection', (socket: Socket) => {
      const { remotePort = 0 } = socket;
      this.sockets.set(remotePort, socket);
      socket.once('close', () => this.sockets.delete(remotePort));
    });
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
    { envelope, remotePort }: SMTPServerSession,
    answer: (error?: Error | null, message?: string) => void,
  ): void {
    const chunks: Buffer[] = [];
    const to = envelope.rcptTo.map(({ address }) => address);
    let fault: Fault<'mails'> | undefined;
    stream.on('data', (chunk: Buffer) => {
      if (chunks.push(chunk) > 1) return;
      // The first piece holds the subject: who draws for the same mail again draws for the same name.
      fault = this.behaviour.at('mails', `${to.join()} ${headersOf(chunk).get('subject')?.[0] ?? ''}`);
      if (fault === 'break_before') this.cut(remotePort);
    });
    stream.once('end', () => {
      if (fault === 'break_before') return;
      const refusal = stream.sizeExceeded ? TOO_BIG : fault === 'refused' ? BUSY : refusalOfContent(to);
      if (!refusal) this.store.add(mailOf(Buffer.concat(chunks), to));
      if (fault === 'break_after') this.cut(remotePort);
      else answer(refusal && smtpError(refusal), 'kept');
    });
  }

  private cut(port: number): void {
    this.sockets.get(port)?.resetAndDestroy();
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

const refusalOfContent = (to: readonly string[]): Refusal | null =>
  to.map((address) => refusalOf(address, REFUSED_CONTENT)).find((refusal) => refusal) ?? null;

function refusalOf(address: string, refusals: Readonly<Record<string, Refusal>>): Refusal | null {
  const [local = ''] = address.toLowerCase().split(/[+@]/);
  return (Object.hasOwn(refusals, local) ? refusals[local] : undefined) ?? null;
}

const smtpError = ({ code: responseCode, message }: Refusal): Error =>
  Object.assign(new Error(message), { responseCode });
