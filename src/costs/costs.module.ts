import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CapAlerts } from './cap.alerts.js';
import { Caps } from './caps.js';
import { Limits } from './limits.js';
import { PricesModule } from './prices.module.js';
import { SpendingCleaner } from './spending.cleaner.js';
import { SpendingCounter } from './spending.entity.js';
import { Spending } from './spending.js';

/** What messages cost and how much may be spent: the price list, the counters, the limits. */
@Module({
  imports: [PricesModule, TypeOrmModule.forFeature([SpendingCounter])],
  providers: [Limits, Spending, CapAlerts, Caps, SpendingCleaner],
  exports: [PricesModule, Spending, CapAlerts, Caps],
})
export class CostsModule {}
