import { Injectable } from '@nestjs/common';
import { Caps, type CapState } from '../costs/caps.js';
import { type Cost, CostCounts } from '../deliveries/cost-counts.js';
import type { CapView, CostStatsView, CostView } from './costs.view.js';
import { periodOf } from './period.js';
import type { CostStatsQuery } from './stats.dto.js';

/** What messages have cost, and how much of the caps is used. */
@Injectable()
export class CostsService {
  constructor(
    private readonly counts: CostCounts,
    private readonly caps: Caps,
  ) {}

  async report({ by, channel, type, country, provider, ...asked }: CostStatsQuery): Promise<CostStatsView> {
    const period = periodOf(asked);
    const query = { ...period, channel, type, country, provider };
    const [results, totals, caps] = await Promise.all([
      this.counts.by({ ...query, by }),
      this.counts.by({ ...query, by: [] }),
      this.caps.states(),
    ]);
    return {
      created_after: period.from,
      created_before: period.to,
      time_zone: period.timeZone,
      totals: totals.map(costView),
      results: results.map(costView),
      caps: caps.map(capView),
    };
  }
}

const costView = ({ costPerDelivered, ...cost }: Cost): CostView => ({
  ...cost,
  cost_per_delivered: costPerDelivered,
});

const capView = ({ cap, key, startsAt, endsAt, money, messages, percent }: CapState): CapView => ({
  cap,
  key: key === '' ? null : key,
  percent,
  money,
  messages,
  starts_at: startsAt,
  ends_at: endsAt,
});
