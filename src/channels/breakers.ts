import { Injectable, Logger } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { DataSource } from 'typeorm';
import { rowsOf } from '../deliveries/rows.js';
import type { DeliveryFailure } from './failures.js';
import type { ProviderBreaker } from './provider-breaker.entity.js';
import { ProviderBreakerChanged } from './provider-breaker-changed.event.js';

/** Why a provider is not called, as this process knows it. */
export interface Breaker extends Pick<ProviderBreaker, 'provider' | 'cause' | 'code' | 'message'> {
  readonly state: 'open' | 'half_open';
  readonly changedAt: Date;
  readonly probeAt: Date;
  /** By the database's clock. */
  readonly probeIsDue: boolean;
}

type Cause = ProviderBreaker['cause'];
/** Of the failure; `retryAfter`, in seconds, where the provider has said when it wants to be called again. */
type Facts = Pick<DeliveryFailure, 'code' | 'message'> & Partial<Pick<DeliveryFailure, 'retryAfter'>>;

/** Seconds until one delivery tries again. An outage mends by itself; a setting is mended by somebody. */
const PROBE_AFTER: Readonly<Record<Cause, number>> = { configuration: 60, failures: 10 };
const usually = `CASE cause WHEN 'failures' THEN ${PROBE_AFTER.failures} ELSE ${PROBE_AFTER.configuration} END`;

const OPEN_ONES = `
  SELECT provider, state, cause, code, message, changed_at AS "changedAt", probe_at AS "probeAt",
         probe_at <= now() AS "probeIsDue"
    FROM provider_breakers WHERE state <> 'closed'`;

/* Of several who find out at once one has changed it. */
const OPEN = `
  INSERT INTO provider_breakers AS b (provider, state, cause, code, message, probe_at)
  VALUES ($1, 'open', $2, $3, $4, now() + make_interval(secs => $5))
  ON CONFLICT (provider) DO UPDATE SET state = excluded.state, cause = excluded.cause, code = excluded.code,
         message = excluded.message, changed_at = now(), probe_at = excluded.probe_at
   WHERE b.state = 'closed'
  RETURNING provider`;

const CLOSE = `
  UPDATE provider_breakers SET state = 'closed', changed_at = now() WHERE provider = $1 AND state <> 'closed'
  RETURNING provider`;

/* Of all instances one has the probe; should it die on the way, the next is due as if it had failed. */
const TAKE_PROBE = `
  UPDATE provider_breakers SET state = 'half_open', probe_at = now() + make_interval(secs => ${usually})
   WHERE provider = $1 AND state <> 'closed' AND probe_at <= now()
  RETURNING provider`;

const PROBE_FAILED = `
  UPDATE provider_breakers SET state = 'open', code = $2, message = $3,
         probe_at = now() + make_interval(secs => coalesce($4, ${usually}))
   WHERE provider = $1 AND state = 'half_open'
  RETURNING provider`;

/**
 * Which providers are not called: the table, which all instances share, and a copy that the sweep renews each
 * second, so that asking costs nothing.
 */
@Injectable()
export class Breakers {
  private readonly logger = new Logger('Providers');
  private known: ReadonlyMap<string, Breaker> = new Map();
  /** Changes of this process's own, begun and made: what was read before the last of them is out of date. */
  private begun = 0;
  private made = 0;

  constructor(
    private readonly database: DataSource,
    private readonly events: EventEmitter2,
  ) {}

  /** The breaker of a provider that is not called; undefined where it is. */
  of(provider: string): Breaker | undefined {
    return this.known.get(provider);
  }

  /** The breaker of the first of these, where none of them is called. */
  ofAll(providers: readonly string[]): Breaker | undefined {
    let first: Breaker | undefined;
    for (const provider of providers) {
      const breaker = this.known.get(provider);
      if (!breaker) return undefined;
      first ??= breaker;
    }
    return first;
  }

  async refresh(): Promise<void> {
    const { made } = this;
    const rows = rowsOf<Breaker>(await this.database.query(OPEN_ONES));
    if (made === this.begun) this.learn(rows);
  }

  /** Keeps everybody from calling it; this process at once. True when it was closed before. */
  async open(provider: string, cause: Cause, { code, message, retryAfter }: Facts): Promise<boolean> {
    const now = new Date();
    const rest = retryAfter ?? PROBE_AFTER[cause];
    const probe = new Date(now.getTime() + rest * 1000);
    const facts = { provider, cause, code, message, changedAt: now, probeAt: probe, probeIsDue: false };
    this.learn([...this.others(provider), { ...facts, state: 'open' }]);
    const opened = await this.change(OPEN, [provider, cause, code, message, rest]);
    if (opened) {
      this.logger.error(
        `${provider} is not called any more (${cause}, ${code}): ${message} What waits is kept.`,
      );
    }
    return opened;
  }

  /** Lets everybody call it again. True when it was not closed before. */
  async close(provider: string, why: string): Promise<boolean> {
    const closed = await this.change(CLOSE, [provider]);
    this.learn(this.others(provider));
    if (closed) this.logger.log(`${provider} is called again: ${why}.`);
    return closed;
  }

  /** Whether the caller, alone among all instances, may try now with one delivery. */
  async takeProbe(provider: string): Promise<boolean> {
    const breaker = this.known.get(provider);
    if (!breaker?.probeIsDue) return false;
    // Whoever of this process comes next need not ask.
    this.learn([...this.others(provider), { ...breaker, probeIsDue: false }]);
    return this.change(TAKE_PROBE, [provider]);
  }

  async probeFailed(provider: string, { code, message, retryAfter }: Facts): Promise<void> {
    await this.change(PROBE_FAILED, [provider, code, message, retryAfter ?? null]);
  }

  private async change(statement: string, values: unknown[]): Promise<boolean> {
    this.begun += 1;
    try {
      return rowsOf(await this.database.query(statement, values)).length > 0;
    } finally {
      this.made += 1;
    }
  }

  private others(provider: string): Breaker[] {
    return [...this.known.values()].filter((breaker) => breaker.provider !== provider);
  }

  private learn(breakers: readonly Breaker[]): void {
    const before = this.known;
    this.known = new Map(breakers.map((breaker) => [breaker.provider, breaker]));
    for (const breaker of before.values())
      if (!this.known.has(breaker.provider)) this.tell(breaker, 'closed');
    for (const breaker of breakers) if (!before.has(breaker.provider)) this.tell(breaker, 'open');
  }

  private tell({ provider, cause, code }: Breaker, state: 'open' | 'closed'): void {
    this.events.emit(ProviderBreakerChanged.name, new ProviderBreakerChanged(provider, state, cause, code));
  }
}
