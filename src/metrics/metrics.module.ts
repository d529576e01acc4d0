import { Module } from '@nestjs/common';
import { DeliveriesModule } from '../deliveries/deliveries.module.js';
import { BacklogGauges } from './backlog.gauges.js';
import { MetricsController } from './metrics.controller.js';
import { Metrics } from './metrics.service.js';

@Module({
  imports: [DeliveriesModule],
  controllers: [MetricsController],
  providers: [Metrics, BacklogGauges],
})
export class MetricsModule {}
