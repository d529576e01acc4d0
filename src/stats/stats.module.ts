import { Module } from '@nestjs/common';
import { CostsModule } from '../costs/costs.module.js';
import { DeliveriesModule } from '../deliveries/deliveries.module.js';
import { CostsService } from './costs.service.js';
import { StatsController } from './stats.controller.js';

@Module({
  imports: [DeliveriesModule, CostsModule],
  controllers: [StatsController],
  providers: [CostsService],
  exports: [CostsService],
})
export class StatsModule {}
