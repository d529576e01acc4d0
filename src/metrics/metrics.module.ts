import { Module } from '@nestjs/common';
import { CostsModule } from '../costs/costs.module.js';
import { DeliveriesModule } from '../deliveries/deliveries.module.js';
import { BacklogGauges } from './backlog.gauges.js';
import { MetricsController } from './metrics.controller.js';
import { Metrics } from './metrics.service.js';

@Module({
  imports: [DeliveriesModule, CostsModule],
  controllers: [MetricsController],
  providers: [Metrics, BacklogGauges],
})
export class MetricsModule {}
