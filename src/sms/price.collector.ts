import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { Breakers } from '../channels/breakers.js';
import { AppSettings } from '../config/app.settings.js';
import { type Price, Prices, type Unpriced } from '../deliveries/prices.js';
import { carriedTexts } from './carried.texts.js';
import { Turns } from './turns.js';
import { TwilioAccount } from './twilio.account.js';
import type { CarriedText } from './carried.text.js';
import { TwilioProvider } from './twilio.provider.js';

/** Milliseconds between two rounds. */
const PAUSE = { live: 10_000, sandbox: 1000, off: 0 };
/** Seconds that a text is left alone: before it has arrived it has no price. */
const YOUNGEST = 2;
/** The most rows of one round. */
const BATCH = 1000;
/** After so many questions a text that failed and still has no price has cost nothing. */
const TRIES_OF_FAILED = 4;

/**
 * Learns what texts have cost: the carrier names the price a while after the text has arrived, and only when
 * it is asked. Runs where deliveries are worked on; several at once do no harm.
 */
@Injectable()
export class PriceCollector implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('SMS');
  private readonly stopping = new AbortController();
  private readonly turns = new Turns();
  private running: Promise<void> = Promise.resolve();
  /** Where the next round begins: rows that stay without a price must not hide the ones behind them. */
  private after: Date | null = null;

  constructor(
    private readonly app: AppSettings,
    private readonly account: TwilioAccount,
    private readonly provider: TwilioProvider,
    private readonly prices: Prices,
    private readonly breakers: Breakers,
  ) {}

  onApplicationBootstrap(): void {
    if (this.account.mode !== 'off' && this.app.role !== 'api') this.running = this.run();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** Asks once after what is due. Returns how many prices were learnt. */
  async round(now = Date.now()): Promise<number> {
    const { provider } = this.account;
    if (this.breakers.of(provider)) return 0;
    const rows = await this.prices.missing(provider, YOUNGEST, BATCH, this.after);
    this.after = rows.length === BATCH ? (rows.at(-1)?.sentAt ?? null) : null;
    const due = rows.filter(({ id }) => this.turns.isDue(id, now));
    if (due.length === 0) return 0;
    const texts = await carriedTexts(this.provider, due);
    // What was not asked after keeps its turn.
    const asked = due.filter(({ providerId }) => texts.has(providerId));
    const prices = asked.flatMap((row) => this.priceOf(row, texts.get(row.providerId), now) ?? []);
    return this.prices.record(prices);
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await this.round();
      } catch (error) {
        this.logger.debug(`Prices could not be learnt: ${(error as Error).message}`);
      }
      await sleep(PAUSE[this.account.mode], undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  private priceOf(row: Unpriced, text: CarriedText | undefined, now: number): Price | undefined {
    const { provider } = this.account;
    const tries = this.turns.take(row.id, now);
    if (!text) return undefined;
    const free = text.status === 'failed' && tries >= TRIES_OF_FAILED;
    const price = text.price ?? (free ? '0' : null);
    if (price === null) return undefined;
    this.turns.forget(row.id);
    const segments = text.segments === 0 ? undefined : text.segments;
    return { provider, providerId: row.providerId, price, priceUnit: text.priceUnit ?? 'USD', segments };
  }
}
