import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listen } from './twilio.js';

export const CALLBACK_TOKEN = 'token-of-the-callback';

type Behaviour = (text: TakenText, answer: http.ServerResponse) => void;

/** What a carrier was given. */
export interface TakenText {
  readonly id: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** A carrier of texts as they are in India: an HTTP API of its own shape, with a mapping file for it. */
export class LocalCarrier {
  /** Whatever was posted, also what was refused. */
  readonly posted: TakenText[] = [];
  /** What it has, by its own id. */
  readonly taken = new Map<string, TakenText>();
  behave: Behaviour = (text, answer) => this.accept(text, answer);
  /** Answers questions after a text instead of what it has. */
  findInstead: ((answer: http.ServerResponse) => void) | undefined;
  readonly file: string;
  private readonly folder = mkdtempSync(join(tmpdir(), 'laundryconnect-carrier-'));

  private constructor(
    readonly origin: string,
    private readonly close: () => Promise<void>,
    private readonly more: string,
  ) {
    this.file = join(this.folder, 'local.yaml');
    writeFileSync(this.file, this.mapping());
  }

  static async start(more = ''): Promise<LocalCarrier> {
    const server = http.createServer();
    const { origin, close } = await listen(server);
    const carrier = new LocalCarrier(origin, close, more);
    server.on('request', (request, answer) => carrier.serve(request, answer));
    return carrier;
  }

  async stop(): Promise<void> {
    rmSync(this.folder, { recursive: true, force: true });
    await this.close();
  }

  /** It has the text now, and says so. */
  accept(text: TakenText, answer: http.ServerResponse): void {
    this.taken.set(text.id, text);
    answer.end(JSON.stringify({ status: 'success', data: [{ message_id: text.id }] }));
  }

  refuse(answer: http.ServerResponse, code: string, status = 200): void {
    answer.writeHead(status).end(JSON.stringify({ status: 'error', error: { code, message: 'No.' } }));
  }

  private serve(request: http.IncomingMessage, answer: http.ServerResponse): void {
    if (request.headers.authorization !== 'Bearer key-of-tests') this.refuse(answer, '1001', 401);
    else if (request.method === 'GET') this.find(new URL(request.url ?? '', this.origin), answer);
    else this.take(request, answer);
  }

  private take(request: http.IncomingMessage, answer: http.ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const fields = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, string>;
      const text = { id: `L${this.posted.length + 1}`, fields };
      this.posted.push(text);
      this.behave(text, answer);
    });
  }

  private find({ searchParams }: URL, answer: http.ServerResponse): void {
    if (this.findInstead) {
      this.findInstead(answer);
      return;
    }
    const found = [...this.taken.values()].find(({ fields }) => fields['ref'] === searchParams.get('ref'));
    answer.end(JSON.stringify({ data: found ? [{ message_id: found.id, status: 'SUBMITTED' }] : [] }));
  }

  private mapping(): string {
    const headers = '{ authorization: "Bearer ${CARRIER_KEY}" }';
    return `
name: local
sender: LNDRYC
unicode: { yes: '1', no: '0' }
timeout_ms: 2000
send:
  url: ${this.origin}/sms
  headers: ${headers}
  json: { to: '{to_digits}', from: '{from}', text: '{text}', unicode: '{unicode}', ref: '{reference}',
          hook: '{callback_url}', template: '{dlt_template_id}' }
  answer: { id: data.0.message_id, code: error.code, message: error.message, accepted: { at: status, is: [success] } }
find:
  url: ${this.origin}/sms?ref={reference}
  headers: ${headers}
  answer: { id: data.0.message_id, status: data.0.status, code: error.code }
  absent: [410, '1404']
callback: { token: ${CALLBACK_TOKEN}, id: message_id, reference: ref, status: status, code: code, price: charge, currency: INR }
statuses: { SUBMITTED: sent, DELIVRD: delivered, UNDELIV: undelivered }
errors:
  codes:
    '1001': { class: configuration, says: The key is wrong., cure: Check CARRIER_KEY. }
    '1010': { class: address, says: The number does not exist., cure: Ask the person for another number. }
${this.more}`;
  }
}
