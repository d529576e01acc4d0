import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DeliveriesModule } from '../deliveries/deliveries.module.js';
import { ChannelRegistry } from './channel.registry.js';
import { DeliveryRunner } from './delivery.runner.js';
import { Dispatcher } from './dispatcher.js';
import { Reconciler } from './reconciler.js';
import { Reports } from './reports.js';
import { Suppression } from './suppression.entity.js';
import { SuppressionsService } from './suppressions.service.js';
import { Sweeper } from './sweeper.js';

/** The machine that channels plug into. A channel's own module imports this one and nothing of its neighbours. */
@Module({
  imports: [DeliveriesModule, TypeOrmModule.forFeature([Suppression])],
  providers: [ChannelRegistry, DeliveryRunner, Dispatcher, Reconciler, Reports, Sweeper, SuppressionsService],
  exports: [DeliveriesModule, ChannelRegistry, Dispatcher, Reports, Sweeper, SuppressionsService],
})
export class ChannelsModule {}
