import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** A line that the server says; or `close`, and it breaks the connection; or `silence`. */
type Answer = string;
type Moment = 'greeting' | 'EHLO' | 'AUTH' | 'MAIL' | 'RCPT' | 'DATA' | 'RSET' | 'half' | 'end';
export type Script = Partial<Record<Moment, Answer>>;

const USUAL: Record<Moment, Answer> = {
  greeting: '220 local',
  EHLO: '250 local',
  AUTH: '235 2.7.0 Welcome',
  MAIL: '250 2.1.0 Ok',
  RCPT: '250 2.1.5 Ok',
  DATA: '354 Go on',
  RSET: '250 2.0.0 Ok',
  // In the midst of a mail a server has nothing to say.
  half: 'silence',
  end: '250 2.0.0 Queued',
};

/** An SMTP server that answers word for word what the test tells it, or breaks off. */
export class ScriptedSmtp {
  /** The mails that arrived whole, whatever was answered. */
  received = 0;
  connections = 0;
  private readonly sockets = new Set<Socket>();
  private readonly server: Server = createServer((socket) => this.converse(socket));
  private script: Record<Moment, Answer>;

  private constructor(script: Script) {
    this.script = { ...USUAL, ...script };
  }

  static async start(script: Script = {}): Promise<ScriptedSmtp> {
    const smtp = new ScriptedSmtp(script);
    await new Promise<void>((resolve) => {
      smtp.server.listen(0, '127.0.0.1', resolve);
    });
    return smtp;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `smtp://127.0.0.1:${this.port}`;
  }

  /** From now on. */
  say(script: Script): void {
    this.script = { ...USUAL, ...script };
  }

  hangUp(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.hangUp();
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
    });
  }

  private converse(socket: Socket): void {
    this.connections += 1;
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('error', () => undefined);
    let text = '';
    let inMail = false;
    const answer = (moment: Moment) => {
      const what = this.script[moment];
      if (what === 'close') socket.destroy();
      else if (what !== 'silence') socket.write(`${what}\r\n`);
      return what;
    };
    answer('greeting');
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      for (;;) {
        const end = inMail ? text.indexOf('\r\n.\r\n') : text.indexOf('\r\n');
        if (inMail) answer('half');
        if (end < 0) return;
        const line = text.slice(0, end);
        text = text.slice(end + (inMail ? 5 : 2));
        if (inMail) {
          inMail = false;
          this.received += 1;
          answer('end');
        } else {
          const verb = line.slice(0, 4).toUpperCase();
          if (verb === 'QUIT') socket.end('221 2.0.0 Bye\r\n');
          else if (verb in this.script) inMail = answer(verb as Moment).startsWith('354');
          else socket.write('502 5.5.1 What?\r\n');
        }
      }
    });
  }
}
