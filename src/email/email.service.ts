import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import nodemailer from 'nodemailer';
import { DeliveryFailure } from '../channels/failures.js';
import { SandboxSettings } from '../config/app.settings.js';
import { EmailSettings } from './email.settings.js';
import { addressOf, type Mailbox, mailboxOf } from './mail.address.js';
import { failureOf, PROVIDER } from './smtp.errors.js';
import { smtpOptions } from './smtp.options.js';

/** One mail, with its words as they are to arrive. */
export interface Mail {
  readonly to: Mailbox;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  /** `local@domain`, without angle brackets: the same whenever the same mail is sent again. */
  readonly messageId: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Milliseconds for one mail with its wait for a connection, at most: well below half of a delivery's lease. */
const DEADLINE = 25_000;
/** Two stages of a dialogue may be slow, not all of them. */
const deadlineOf = ({ timeout }: EmailSettings) => Math.min(DEADLINE, timeout * 2500);

/** Hands mails to the SMTP server over a few lasting connections. */
@Injectable()
export class EmailService implements OnApplicationShutdown {
  readonly sender: Mailbox;
  private readonly transport: ReturnType<typeof transportOf> | null;
  /** The mails whose last byte has left for the socket and whose answer has not come. */
  private readonly handedOver = new Set<string>();

  constructor(
    private readonly settings: EmailSettings,
    private readonly sandbox: SandboxSettings,
  ) {
    this.sender = mailboxOf(settings.from) ?? { name: '', address: settings.from };
    const options = smtpOptions(settings, sandbox);
    this.transport = options && transportOf(options, (messageId) => this.handedOver.add(messageId));
  }

  mode(): { mode: 'live' | 'sandbox' | 'off'; detail: string } {
    if (this.settings.host)
      return { mode: 'live', detail: `through ${this.settings.host} as ${this.sender.address}` };
    if (this.sandbox.smtpUrl)
      return { mode: 'sandbox', detail: 'mails go to the local mailbox; set EMAIL_HOST to send them' };
    return { mode: 'off', detail: 'set EMAIL_HOST and DEFAULT_FROM_EMAIL to send e-mail' };
  }

  /** Resolves when the server has taken the mail; throws a sorted DeliveryFailure. */
  async send({ to, messageId, ...mail }: Mail): Promise<void> {
    const transport = this.reached();
    // Nodemailer would make the best of a text that is not one address.
    const address = addressOf(to.address) ?? refuseAddress();
    const id = `<${messageId}>`;
    // Not AbortSignal.timeout: that one goes off, and costs, long after the mail has gone.
    const patience = new AbortController();
    const late = setTimeout(() => patience.abort(new Error('no answer in time')), deadlineOf(this.settings));
    try {
      await transport.sendMail({
        ...mail,
        from: this.sender,
        to: { name: to.name, address },
        messageId: id,
        envelope: { from: this.sender.address, to: [address] },
        signal: patience.signal,
      });
    } catch (error) {
      throw failureOf(error, this.handedOver.has(id));
    } finally {
      clearTimeout(late);
      this.handedOver.delete(id);
    }
  }

  /** Connects and logs in without sending anything. */
  async verify(): Promise<void> {
    try {
      await this.reached().verify();
    } catch (error) {
      throw failureOf(error, false);
    }
  }

  onApplicationShutdown(): void {
    this.transport?.close();
  }

  private reached(): NonNullable<typeof this.transport> {
    if (this.transport) return this.transport;
    throw new DeliveryFailure({
      kind: 'configuration',
      code: 'off',
      message: this.mode().detail,
      provider: PROVIDER,
    });
  }
}

function refuseAddress(): never {
  const message = 'The recipient is not one e-mail address.';
  throw new DeliveryFailure({ kind: 'address', code: 'invalid-address', message, provider: PROVIDER });
}

function transportOf(
  options: ReturnType<typeof smtpOptions> & object,
  onHandedOver: (messageId: string) => void,
) {
  const transport = nodemailer.createTransport(options);
  transport.use('stream', ({ message }, done) => {
    message.processFunc((stream) => stream.once('end', () => onHandedOver(message.messageId())));
    done();
  });
  // Each mail gets its own error; the pool's would otherwise end the process.
  transport.on('error', (error: Error) => new Logger('Email').warn(error.message));
  return transport;
}
