import { Controller, Get, Query } from '@nestjs/common';
import { Allow, staff } from '../auth/allow.js';
import { DeliveryCounts } from '../deliveries/delivery-counts.js';
import { CostsService } from './costs.service.js';
import type { CostStatsView } from './costs.view.js';
import { periodOf } from './period.js';
import { CostStatsQuery, DeliveryStatsQuery } from './stats.dto.js';
import type { DeliveryStatsView } from './stats.view.js';

/** Figures about what was sent. */
@Controller('stats')
@Allow(staff('stats:read'))
export class StatsController {
  constructor(
    private readonly counts: DeliveryCounts,
    private readonly costing: CostsService,
  ) {}

  /** Counts the deliveries of a period (92 days at most) by day, type, channel and status. */
  @Get('deliveries')
  async deliveries(@Query() query: DeliveryStatsQuery): Promise<DeliveryStatsView> {
    const period = periodOf(query);
    const results = await this.counts.by(query.group_by, period);
    return {
      created_after: period.from,
      created_before: period.to,
      time_zone: period.timeZone,
      total: results.reduce((sum, { count }) => sum + count, 0),
      results,
    };
  }

  /** Adds up what the messages of a period (92 days at most) have cost, and shows how much of the caps is used. */
  @Get('costs')
  costs(@Query() query: CostStatsQuery): Promise<CostStatsView> {
    return this.costing.report(query);
  }
}
