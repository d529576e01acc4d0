import { setTimeout as sleep } from 'node:timers/promises';
import { segmentsOf } from '../sms/segments.js';
import type { SentText, SmsService } from '../sms/sms.service.js';
import { reportedFailure } from '../sms/twilio.errors.js';
import type { CarriedText } from '../sms/carried.text.js';
import { EXIT, type Exit, exitOf } from './exit.js';
import { Page } from './page.js';
import type { Terminal } from './terminal.js';
import type { TestSmsOptions } from './test-sms.options.js';

const DEFAULT_WAIT = 30;
/** Milliseconds between two questions to the provider. */
const ASK_EVERY = 500;
/** How much longer the price of a text that has arrived is waited for, in milliseconds. */
const PRICE = 3000;
const ARRIVED = ['delivered', 'read'];
const LOST = ['undelivered', 'failed', 'cancelled'];
/** Lines that no text can reach. */
const NO_TEXTS = ['landline', 'premium', 'sharedCost', 'uan', 'voicemail', 'pager'];

export interface Text {
  readonly to: string;
  readonly body: string;
}

/** Sends one text for an operator, and tells what becomes of it. */
export class TestText {
  private readonly page = new Page('Sending Test SMS');

  constructor(
    private readonly sms: SmsService,
    private readonly terminal: Terminal,
    private readonly options: TestSmsOptions,
  ) {}

  async send(text: Text): Promise<Exit> {
    this.page.fact('To', 'to', text.to).fact('Message', 'message', text.body);
    const exit = await this.outcomeOf(text);
    this.page.print(this.terminal, this.options.json ?? false);
    return exit;
  }

  private async outcomeOf(text: Text): Promise<Exit> {
    try {
      if (this.options.verify && !(await this.isReachable(text.to))) return EXIT.refused;
      if (this.options.dryRun) return this.dryRun(text);
      const sent = await this.sms.send(text);
      this.page.good('SMS sent successfully!').fact('Message SID', 'message_sid', sent.sid);
      return this.options.wait === undefined ? this.taken(sent) : await this.follow(sent);
    } catch (error) {
      this.fail('SMS sending failed', (error as Error).message, codeOf(error));
      this.page.fact('Class', 'error_class', kindOf(error));
      return exitOf(error);
    }
  }

  private async isReachable(number: string): Promise<boolean> {
    this.terminal.progress(`Asking Lookup about ${number} ...`);
    const { valid, type, carrier, country, errors } = await this.sms.lookup(number);
    this.page
      .fact('Line', 'line_type', type)
      .fact('Carrier', 'carrier', carrier)
      .fact('Country', 'country', country);
    if (!valid) this.fail('The number is not valid', errors.join(', '), null);
    else if (type !== null && NO_TEXTS.includes(type))
      this.fail('The number gets no texts', `It is a ${type}.`, null);
    else return true;
    return false;
  }

  private dryRun({ body }: Text): Exit {
    const { segments, encoding } = segmentsOf(body);
    this.page
      .good('Dry run: nothing was sent')
      .fact('Segments', 'segments', segments)
      .fact('Encoding', 'encoding', encoding);
    return EXIT.ok;
  }

  private taken({ word, segments, encoding, price, priceUnit }: SentText): Exit {
    this.page
      .fact('Status', 'status', word)
      .fact('Segments', 'segments', segments)
      .fact('Encoding', 'encoding', encoding)
      .data('price', price)
      .data('price_unit', priceUnit);
    if (price !== null) this.page.note(`  Cost: ${price} ${priceUnit ?? ''}`);
    return EXIT.ok;
  }

  /** Asks until it has arrived or failed, or the patience is over. */
  private async follow(sent: SentText): Promise<Exit> {
    const { wait } = this.options;
    const seconds = typeof wait === 'number' ? wait : DEFAULT_WAIT;
    const end = await this.lastWord(sent, Date.now() + seconds * 1000);
    this.taken({ ...end, encoding: sent.encoding });
    if (ARRIVED.includes(end.status)) return EXIT.ok;
    if (!LOST.includes(end.status)) {
      this.fail('It has not arrived yet', `Still ${end.word} after ${seconds} seconds.`, null);
      return EXIT.failed;
    }
    const { kind, code, message } = reportedFailure(end.errorCode ?? undefined);
    this.fail('It did not arrive', message, code);
    this.page.fact('Class', 'error_class', kind);
    return kind === 'stopped' ? EXIT.suppressed : EXIT.refused;
  }

  private async lastWord(sent: SentText, deadline: number): Promise<CarriedText> {
    let text: CarriedText = sent;
    let patience = deadline;
    this.terminal.progress(`Waiting: ${text.word}`);
    while (Date.now() < patience) {
      await sleep(ASK_EVERY);
      const { word } = text;
      text = await this.sms.status(sent.sid);
      if (text.word !== word) this.terminal.progress(`Waiting: ${text.word}`);
      if (LOST.includes(text.status) || text.price !== null) break;
      if (ARRIVED.includes(text.status)) patience = Math.min(patience, Date.now() + PRICE);
    }
    return text;
  }

  private fail(verdict: string, error: string, code: string | null): void {
    this.page.bad(verdict).fact('Error', 'error', error).fact('Error Code', 'error_code', code);
  }
}

function kindOf(error: unknown): string | null {
  return error instanceof Error && 'kind' in error ? String(error.kind) : null;
}

function codeOf(error: unknown): string | null {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : null;
}
