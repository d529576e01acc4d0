import { Module } from '@nestjs/common';
import { CostSettings } from './cost.settings.js';
import { PriceList } from './price.list.js';

/** What messages cost, without a database behind it. */
@Module({
  providers: [
    {
      provide: PriceList,
      inject: [CostSettings],
      useFactory: ({ pricesFile }: CostSettings) => PriceList.read(pricesFile),
    },
  ],
  exports: [PriceList],
})
export class PricesModule {}
