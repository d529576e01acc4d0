import { Injectable, Logger } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import {
  amountsOf,
  type Counter,
  counterName,
  levelOf,
  priceIn,
  type Reached,
  type Use,
} from './admission.js';
import { CapReached } from './cap-reached.event.js';
import { Limits } from './limits.js';
import { moneyOf } from './money.js';
import type { Reserved, Transaction } from './spending.js';

/** A cap that has come to levels of which nobody was told. */
export interface Alert extends Reached {
  /** In percent, the highest last. */
  readonly levels: readonly number[];
}

/** A limit, and whose it is. */
export type Place = Pick<Use, 'limit' | 'key'>;

interface Row {
  readonly scope: string;
  readonly key: string;
  readonly startsAt: Date;
  readonly money: string;
  readonly messages: number;
  readonly alerted: number;
}

const COUNTED = `
  SELECT s.scope, s.key, s.starts_at AS "startsAt", s.money, s.messages, s.alerted
    FROM jsonb_to_recordset($1::jsonb) AS r(scope text, key text, span text)
    JOIN spending s ON s.scope = r.scope AND s.key = r.key AND s.starts_at = date_trunc(r.span, now(), $2)`;

/* Locked in the order in which claims lock them. Who finds a level noted already was not the first. */
const NOTE = `
  WITH r AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS r(scope text, key text, span text, percent smallint)),
  was AS MATERIALIZED (
    SELECT s.scope, s.key, s.starts_at, s.alerted, r.percent FROM spending s
      JOIN r ON s.scope = r.scope AND s.key = r.key AND s.starts_at = date_trunc(r.span, now(), $2)
     WHERE s.alerted < r.percent ORDER BY s.scope, s.key, s.starts_at FOR UPDATE OF s),
  noted AS (
    UPDATE spending s SET alerted = was.percent FROM was
     WHERE s.scope = was.scope AND s.key = was.key AND s.starts_at = was.starts_at)
  SELECT scope, key, alerted FROM was`;

/**
 * Tells of caps, each level once in a window: when so much is spent indeed, or when messages are held back. What was
 * reserved for messages on their way may be given back, so a cap that it fills is only suspected, and looked at again.
 */
@Injectable()
export class CapAlerts {
  private readonly logger = new Logger('Costs');
  private readonly suspected = new Map<string, Place>();

  constructor(
    private readonly limits: Limits,
    private readonly events: EventEmitter2,
  ) {}

  /** These may have come to a level. To be called after the commit of what was counted. */
  suspect(places: readonly Place[]): void {
    for (const { limit, key } of places) this.suspected.set(counterName(limit, key), { limit, key });
  }

  /** Those that are suspected, from now on no more. To be asked for before a snapshot begins, which then has them all. */
  takeSuspected(): Place[] {
    const places = [...this.suspected.values()];
    this.suspected.clear();
    return places;
  }

  /**
   * Which of these caps have come to a level by what is spent indeed, and which are still open.
   * @param onTheirWay what may still be given back, of the same snapshot as `tx` reads
   */
  async judge(
    tx: Transaction,
    places: readonly Place[],
    onTheirWay: readonly Reserved[],
  ): Promise<{ spent: Reached[]; open: Place[] }> {
    const rows = await this.counted(tx, places);
    const judged = places.flatMap((place) => {
      const row = rows.get(counterName(place.limit, place.key));
      const allowed = this.limits.allowanceOf(place.limit.scope, place.key);
      if (!row || !allowed) return [];
      const counted = levelOf({ ...place, used: counterOf(row), allowed }, this.limits);
      const use = { ...place, used: this.without(onTheirWay, place, row), allowed };
      return [{ ...use, percent: levelOf(use, this.limits), refuses: false, counted }];
    });
    const isNews = ({ percent, used }: Reached) => percent > used.alerted;
    return {
      spent: judged.filter(isNews),
      open: judged.filter(({ counted, percent, used }) => counted > Math.max(percent, used.alerted)),
    };
  }

  /** Writes down what is about to be told. Returns what nobody was told before. */
  async note(tx: Transaction, reached: readonly Reached[]): Promise<Alert[]> {
    const news = highest(
      reached.filter(({ limit, percent, used }) => limit.rule === 'cap' && percent > used.alerted),
    );
    if (news.size === 0) return [];
    const told = [...news.values()].map(({ limit: { scope, span }, key, percent }) => ({
      scope,
      span,
      key,
      percent,
    }));
    const rows = (await tx.query(NOTE, [JSON.stringify(told), this.limits.timeZone])) as Row[];
    return rows.flatMap(({ scope, key, alerted }) => {
      const one = news.get(`${scope} ${key}`);
      const isNew = (level: number) => level > alerted && one !== undefined && level <= one.percent;
      return one ? [{ ...one, levels: this.limits.levels.filter(isNew) }] : [];
    });
  }

  /** To be called after the commit of the note. A level that was jumped over is told of, too. */
  tell(alerts: readonly Alert[]): void {
    for (const alert of alerts) {
      const { limit, key, used, allowed } = alert;
      const amounts = amountsOf(used, allowed, this.limits.currency);
      this.logger.warn(`The cap ${limit.title} ${this.stateOf(alert, amounts)}`);
      for (const level of alert.levels) {
        this.events.emit(CapReached.name, new CapReached(limit.scope, key, level, amounts));
      }
    }
  }

  private stateOf({ refuses, percent }: Alert, amounts: string): string {
    if (!refuses) return percent === 100 ? `is used up: ${amounts}.` : `is used to ${percent} %: ${amounts}.`;
    const kept = percent < 100 ? `; ${this.limits.reserve} % are kept for critical messages` : '';
    return `holds messages back: ${amounts} are used${kept}.`;
  }

  private async counted(tx: Transaction, places: readonly Place[]): Promise<ReadonlyMap<string, Row>> {
    const asked = places.map(({ limit: { scope, span }, key }) => ({ scope, span, key }));
    const rows = (await tx.query(COUNTED, [JSON.stringify(asked), this.limits.timeZone])) as Row[];
    return new Map(rows.map((row) => [`${row.scope} ${row.key}`, row]));
  }

  private without(onTheirWay: readonly Reserved[], { limit, key }: Place, row: Row): Counter {
    const theirs = onTheirWay.filter(
      (one) => this.limits.keyOf(limit, one) === key && +new Date(one.reservedAt ?? 0) >= +row.startsAt,
    );
    const { money, messages, alerted } = counterOf(row);
    const reserved = theirs.reduce((sum, one) => sum + priceIn(this.limits.currency, one), 0n);
    return { money: money - reserved, messages: messages - theirs.length, alerted };
  }
}

const counterOf = ({ money, messages, alerted }: Row): Counter => ({
  money: moneyOf(money),
  messages,
  alerted,
});

/** The highest of each counter, by its name. */
function highest(reached: readonly Reached[]): ReadonlyMap<string, Reached> {
  const byName = new Map<string, Reached>();
  for (const one of reached.toSorted((a, b) => a.percent - b.percent)) {
    byName.set(counterName(one.limit, one.key), one);
  }
  return byName;
}
