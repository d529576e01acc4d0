import { EventEmitter2 } from '@nestjs/event-emitter';
import type { DataSource } from 'typeorm';
import { CostSettings } from '../../src/costs/cost.settings.js';
import { Limits } from '../../src/costs/limits.js';
import { CapAlerts } from '../../src/costs/cap.alerts.js';
import { Spending } from '../../src/costs/spending.js';
import { Admissions } from '../../src/deliveries/admissions.js';
import { refusalOf } from '../../src/dead-letters/refusals.js';
import type { Writes } from '../../src/database/pipeline.js';
import { Backlog } from '../../src/deliveries/backlog.js';
import { Claims } from '../../src/deliveries/claims.js';
import { DeliverySettings } from '../../src/deliveries/delivery.settings.js';
import { Interventions } from '../../src/deliveries/interventions.js';
import { type Claimed, Leases, type Outcome } from '../../src/deliveries/leases.js';
import { ProviderReports } from '../../src/deliveries/provider-reports.js';
import { PROVIDER_RANK } from '../../src/deliveries/status.js';
import { Unknowns } from '../../src/deliveries/unknowns.js';
import type { Carrier, Fate } from './carrier.js';
import type { Event } from './history.js';

/** How a call ends: who has the message afterwards, and what the worker learns of it. */
export type CallEnd =
  'accepted' | 'answer lost' | 'lost before' | 'refused' | 'content' | 'not called' | 'dies';

/** A row in a worker's hands, with what it will write down; it has not called yet while that is undefined. */
interface Hand {
  readonly row: Claimed;
  ending?: Omit<Outcome, 'id' | 'attempt' | 'leaseToken'>;
}

const MOST_TRIES = 3;

/** What the instances of a run share besides the database: the provider, and what is noted of them. */
export interface World {
  readonly carrier: Carrier;
  readonly events: Event[];
  /** Leases that are over: their workers have seen so on their own clocks, and call no more. */
  readonly over: Set<string>;
}

/** One process of the service, reduced to the ledger's own moves. */
export class Instance {
  private readonly leases: Leases;
  private readonly reports: ProviderReports;
  private readonly unknowns: Unknowns;
  private readonly backlog: Backlog;
  private readonly interventions: Interventions;
  readonly hands: Hand[] = [];
  /** What was written down last. */
  private last: Outcome | undefined;

  constructor(
    database: DataSource,
    private readonly world: World,
  ) {
    const events = new EventEmitter2();
    // One statement at a time is all that a pipeline would do for this.
    const writes = database as unknown as Writes;
    const limits = new Limits(new CostSettings({}));
    const spending = new Spending(limits);
    const admissions = new Admissions(spending, new CapAlerts(limits, events));
    const claims = new Claims(database, writes, events, new DeliverySettings({}), admissions);
    this.leases = new Leases(database, writes, events, claims, spending);
    this.reports = new ProviderReports(writes, events);
    this.unknowns = new Unknowns(database, events, spending);
    this.backlog = new Backlog(database, events);
    this.interventions = new Interventions(database, events);
  }

  async claim(id: string): Promise<void> {
    const row = await this.leases.claim(id);
    if (!row) return;
    this.world.events.push({ kind: 'granted', id, token: row.leaseToken });
    this.hands.push({ row });
  }

  /** The next row in hand goes to the provider, unless its lease is over. */
  call(end: CallEnd, fate: Fate): void {
    const hand = this.hands.find(({ ending }) => !ending);
    if (!hand) return;
    const { id, leaseToken: token, attempt, tries } = hand.row;
    if (this.world.over.has(token) || end === 'not called') {
      hand.ending = { status: 'pending', delay: 0, counts: false };
      return;
    }
    const accepted = end === 'accepted' || end === 'answer lost' || (end === 'dies' && fate !== 'failed');
    this.world.events.push({ kind: 'called', id, token });
    if (accepted) this.world.carrier.take(id, attempt, fate);
    if (end === 'refused' || end === 'content') this.world.events.push({ kind: 'refused', id });
    if (end === 'dies') this.hands.splice(this.hands.indexOf(hand), 1);
    else hand.ending = endingOf(end, this.world.carrier.find(id, attempt)?.providerId ?? null, tries);
  }

  async settle(): Promise<void> {
    const index = this.hands.findIndex(({ ending }) => ending);
    const [hand] = index < 0 ? [] : this.hands.splice(index, 1);
    if (!hand?.ending) return;
    const { id, attempt, leaseToken } = hand.row;
    const outcome = { id, attempt, leaseToken, ...hand.ending };
    await this.believe(outcome);
    this.last = outcome;
  }

  /** The database's yes was lost on its way: the worker says it once more, however late. */
  async settleAgain(): Promise<void> {
    if (this.last) await this.believe(this.last);
  }

  async report(id: string, attempt: number, which: number): Promise<void> {
    const word = this.world.carrier.word(id, attempt, which);
    if (!word) return;
    if (word.status === 'pending') this.world.events.push({ kind: 'given back', id });
    await this.reports.apply(word);
  }

  /** What the reconciler does, with a provider that answers. */
  async ask(): Promise<void> {
    for (const row of await this.unknowns.take({ channel: 'model', grace: 0, except: [], limit: 10 })) {
      const found = this.world.carrier.find(row.id, row.attempt);
      if (found) {
        const { providerId } = found;
        const known = { provider: 'model', providerId, word: 'queued', rank: PROVIDER_RANK.queued };
        await this.unknowns.resolve(row, { found: true, ...known });
      } else {
        this.world.events.push({ kind: 'not found', id: row.id });
        await this.unknowns.resolve(row, {
          found: false,
          asked: true,
          again: row.guarantee === 'at_least_once' && row.tries < MOST_TRIES,
        });
      }
    }
  }

  async retry(id: string, force: boolean): Promise<void> {
    const row = await this.interventions.findFailed(id);
    if (!row || refusalOf(row, false, force)) return;
    this.world.events.push({ kind: 'retried', id });
    await this.interventions.replay([id], 'operator:model', force);
  }

  cancel = (notificationId: string) => this.interventions.cancel(notificationId, 'service:model');
  expire = () => this.backlog.expire();
  reap = () => this.leases.reap();

  private async believe(outcome: Outcome): Promise<void> {
    if (!(await this.leases.settle(outcome))) return;
    this.world.events.push({ kind: 'believed', id: outcome.id, token: outcome.leaseToken });
  }
}

function endingOf(end: CallEnd, providerId: string | null, tries: number): NonNullable<Hand['ending']> {
  switch (end) {
    case 'accepted':
      return { status: 'sent', provider: 'model', providerId, providerStatus: 'queued', providerRank: 1 };
    case 'refused':
      return tries < MOST_TRIES
        ? { status: 'pending', delay: 0, holdReason: 'retry' }
        : { status: 'failed', reason: 'attempts_exhausted', fault: 'provider' };
    case 'content':
      return { status: 'failed', reason: 'content', fault: 'content' };
    default:
      return { status: 'unknown' };
  }
}
