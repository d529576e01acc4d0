import { Injectable } from '@nestjs/common';
import { CostSettings } from './cost.settings.js';
import { type Allowance, type Allowances, allowancesOf, type Limit, LIMITS, type Scope } from './limit.js';

/** Percent of a cap. */
const NEARLY = 80;

/** The limits that are set. */
@Injectable()
export class Limits {
  /** Those that are counted: one that allows everything is not. */
  readonly set: readonly Limit[];
  /** The currency of all caps; null where none is in money. */
  readonly currency: string | null;
  readonly timeZone: string;
  /** What becomes of a message over a cap. */
  readonly reached: 'hold' | 'skip';
  /** Percent of each cap that only critical messages may use. */
  readonly reserve: number;
  /** Percent of a cap at which somebody is told: when it is nearly used, when the rest is kept, and when all is used. */
  readonly levels: readonly number[];
  private readonly allowances: ReadonlyMap<Scope, Allowances>;
  private readonly prefixLength: number;

  constructor(settings: CostSettings) {
    this.allowances = new Map(allowed(settings));
    this.set = LIMITS.filter(({ scope }) => this.allowances.has(scope));
    this.currency = [...this.allowances.values()].flatMap(({ currencies }) => currencies)[0] ?? null;
    this.timeZone = settings.timeZone;
    this.reached = settings.reached;
    this.reserve = settings.reserve;
    this.levels = [...new Set([NEARLY, 100 - this.reserve, 100])].sort((a, b) => a - b);
    this.prefixLength = settings.prefixLength;
  }

  /** Undefined where it allows everything. */
  allowanceOf(scope: Scope, key: string): Allowance | undefined {
    const { byKey } = this.allowances.get(scope) ?? {};
    return byKey?.get(key) ?? byKey?.get('');
  }

  /** Under which key a limit counts a message. */
  keyOf({ subject }: Limit, { userId, category, address }: Spender): string {
    switch (subject) {
      case 'user':
        return userId;
      case 'category':
        return category;
      case 'address':
        return address;
      case 'prefix':
        return address.slice(0, this.prefixLength);
      case 'all':
        return '';
    }
  }
}

/** A message, as limits look at it. */
export interface Spender {
  readonly userId: string;
  readonly category: string;
  readonly address: string;
}

function* allowed(settings: CostSettings): Generator<readonly [Scope, Allowances]> {
  const { userDay, userMonth, categoryDay, allDay, allMonth } = settings;
  const caps = {
    user_day: userDay,
    user_month: userMonth,
    category_day: categoryDay,
    all_day: allDay,
    all_month: allMonth,
  };
  for (const [scope, amounts] of Object.entries(caps)) {
    if (amounts !== undefined) yield [scope as Scope, allowancesOf(amounts)];
  }
  const { addressHour, userHour, prefixHour } = settings;
  const velocities = { address_hour: addressHour, user_hour: userHour, prefix_hour: prefixHour };
  for (const [scope, messages] of Object.entries(velocities)) {
    if (messages > 0) yield [scope as Scope, { byKey: new Map([['', { messages }]]), currencies: [] }];
  }
}
