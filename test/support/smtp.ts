import type { AddressInfo, Socket } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

/** A real SMTP server on a free local port that keeps what it is given. */
export class LocalSmtp {
  readonly raw: string[] = [];

  private constructor(
    private readonly server: SMTPServer,
    readonly url: string,
  ) {}

  static async start(): Promise<LocalSmtp> {
    const server = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      disableReverseLookup: true,
      closeTimeout: 100,
      onData: (stream, _session, done) => {
        let raw = '';
        stream.setEncoding('utf8');
        stream.on('data', (chunk: string) => (raw += chunk));
        stream.on('end', () => {
          smtp.raw.push(raw);
          done();
        });
      },
    });
    server.on('error', () => undefined);
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.server.address() as AddressInfo;
    const smtp = new LocalSmtp(server, `smtp://127.0.0.1:${port}`);
    return smtp;
  }

  /** The latest mail, read as a mail program reads it. */
  async latest(): Promise<ParsedMail> {
    return simpleParser(this.raw.at(-1) ?? '');
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(resolve);
    });
  }
}

type Answer = string | 'close' | 'silence';
type Moment = 'greeting' | 'EHLO' | 'AUTH' | 'MAIL' | 'RCPT' | 'DATA' | 'half' | 'end';

const USUAL: Readonly<Record<Moment, Answer>> = {
  greeting: '220 local',
  EHLO: '250 local',
  AUTH: '235 2.7.0 Welcome',
  MAIL: '250 2.1.0 Ok',
  RCPT: '250 2.1.5 Ok',
  DATA: '354 Go on',
  half: '',
  end: '250 2.0.0 Queued',
};

/** An SMTP server that answers word for word what the test tells it, or breaks off. */
export class ScriptedSmtp {
  /** The mails that arrived whole, whatever was answered. */
  received = 0;
  connections = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private script: Partial<Record<Moment, Answer>>,
  ) {}
}
