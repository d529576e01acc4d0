import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Caps } from './caps.js';
import { CostSettings } from './cost.settings.js';
import { Limits } from './limits.js';
import { PriceList } from './price.list.js';
import { SpendingCleaner } from './spending.cleaner.js';
import { SpendingCounter } from './spending.entity.js';
import { Spending } from './spending.js';

/** What messages cost and how much may be spent: the price list, the counters, the limits. */
@Module({
  imports: [TypeOrmModule.forFeature([SpendingCounter])],
  providers: [
    {
      provide: PriceList,
      inject: [CostSettings],
      useFactory: ({ pricesFile }: CostSettings) => PriceList.read(pricesFile),
    },
    Limits,
    Spending,
    Caps,
    SpendingCleaner,
  ],
  exports: [PriceList, Spending, Caps],
})
export class CostsModule {}
