import { Controller, Get, Query } from '@nestjs/common';
import { Allow, staff } from '../auth/allow.js';
import { DeliveryCounts, type Period } from '../deliveries/delivery-counts.js';
import { DomainError } from '../http/domain.error.js';
import { DeliveryStatsQuery } from './stats.dto.js';
import type { DeliveryStatsView } from './stats.view.js';

const DAY = 24 * 3_600_000;
const USUAL_DAYS = 7;
const MOST_DAYS = 92;

/** Figures about what was sent. */
@Controller('stats')
@Allow(staff('stats:read'))
export class StatsController {
  constructor(private readonly counts: DeliveryCounts) {}

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
}

function periodOf({ created_after, created_before, time_zone: timeZone }: DeliveryStatsQuery): Period {
  const to = created_before === undefined ? new Date() : new Date(created_before);
  const from = created_after === undefined ? new Date(+to - USUAL_DAYS * DAY) : new Date(created_after);
  if (from >= to) throw outOfRange('created_after must be earlier than created_before (or now)');
  if (+to - +from > MOST_DAYS * DAY) {
    throw outOfRange(`created_after must be at most ${MOST_DAYS} days before created_before: ask in pieces`);
  }
  return { from, to, timeZone };
}

function outOfRange(detail: string): DomainError {
  const errors = [{ pointer: '/created_after', code: 'field.period', detail }];
  return new DomainError({ status: 400, code: 'query.invalid', detail: `${detail}.`, errors });
}
