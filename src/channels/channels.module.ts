import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DeliveriesModule } from '../deliveries/deliveries.module.js';
import { AddressStrike } from './address-strike.entity.js';
import { Aftermath } from './aftermath.js';
import { Breakers } from './breakers.js';
import { ChannelPause } from './channel-pause.entity.js';
import { ChannelControl } from './channel.control.js';
import { ChannelRegistry } from './channel.registry.js';
import { ChannelsController } from './channels.controller.js';
import { DeliveryRunner } from './delivery.runner.js';
import { Dispatcher } from './dispatcher.js';
import { ErrorExplainer } from './error.explainer.js';
import { Gate } from './gate.js';
import { Pauses } from './pauses.js';
import { Poller } from './poller.js';
import { Prober } from './prober.js';
import { ProviderBreaker } from './provider-breaker.entity.js';
import { Questions } from './questions.js';
import { Reconciler } from './reconciler.js';
import { Reports } from './reports.js';
import { RetainedStrikes } from './strikes.retained.js';
import { SuppressionControl } from './suppression.control.js';
import { Suppression } from './suppression.entity.js';
import { SuppressionEvent } from './suppression-event.entity.js';
import { SuppressionsController } from './suppressions.controller.js';
import { SuppressionsService } from './suppressions.service.js';
import { Sweeper } from './sweeper.js';
import { Traffic } from './traffic.js';
import { UnlistedCodes } from './unlisted.codes.js';
import { Worker } from './worker.js';

/** The machine that channels plug into. A channel's own module imports this one and nothing of its neighbours. */
@Module({
  imports: [
    DeliveriesModule,
    TypeOrmModule.forFeature([Suppression, SuppressionEvent, AddressStrike, ProviderBreaker, ChannelPause]),
  ],
  controllers: [ChannelsController, SuppressionsController],
  providers: [
    ChannelRegistry,
    ChannelControl,
    DeliveryRunner,
    Worker,
    Dispatcher,
    Sweeper,
    Questions,
    Reconciler,
    Poller,
    Prober,
    Gate,
    Pauses,
    Breakers,
    Traffic,
    Aftermath,
    UnlistedCodes,
    ErrorExplainer,
    Reports,
    SuppressionsService,
    SuppressionControl,
    RetainedStrikes,
  ],
  exports: [
    DeliveriesModule,
    ChannelRegistry,
    ChannelControl,
    Dispatcher,
    Gate,
    Breakers,
    Pauses,
    Reports,
    Sweeper,
    SuppressionsService,
    SuppressionControl,
  ],
})
export class ChannelsModule {}
