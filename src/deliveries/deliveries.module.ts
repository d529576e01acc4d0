import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CostsModule } from '../costs/costs.module.js';
import { Admissions } from './admissions.js';
import { Backlog } from './backlog.js';
import { CapWatch } from './cap-watch.js';
import { Claims } from './claims.js';
import { CostCounts } from './cost-counts.js';
import { DeliveriesController } from './deliveries.controller.js';
import { DeliveriesService } from './deliveries.service.js';
import { DeliveryAttempt } from './delivery-attempt.entity.js';
import { DeliveryCounts } from './delivery-counts.js';
import { Delivery } from './delivery.entity.js';
import { Intervention } from './intervention.entity.js';
import { Fallbacks } from './fallbacks.js';
import { Interventions } from './interventions.js';
import { Explanations } from './explanations.js';
import { History } from './history.js';
import { Leases } from './leases.js';
import { PastCost } from './past-cost.entity.js';
import { Prices } from './prices.js';
import { ProviderEvent } from './provider-event.entity.js';
import { ProviderReports } from './provider-reports.js';
import { RetainedReports } from './reports.retained.js';
import { Silences } from './silences.js';
import { Unknowns } from './unknowns.js';
import { Waiting } from './waiting.js';

const services = [
  DeliveriesService,
  Claims,
  Explanations,
  Leases,
  Backlog,
  History,
  ProviderReports,
  Unknowns,
  Interventions,
  DeliveryCounts,
  CostCounts,
  Waiting,
  Silences,
  Prices,
  Fallbacks,
];

/** The ledger: the only folder that writes deliveries, their attempts and what providers said of them. */
@Module({
  imports: [
    CostsModule,
    TypeOrmModule.forFeature([Delivery, DeliveryAttempt, Intervention, PastCost, ProviderEvent]),
  ],
  controllers: [DeliveriesController],
  providers: [...services, Admissions, CapWatch, RetainedReports],
  exports: services,
})
export class DeliveriesModule {}
