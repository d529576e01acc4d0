import { Module } from '@nestjs/common';
import { DeliveriesModule } from '../deliveries/deliveries.module.js';
import { StatsController } from './stats.controller.js';

@Module({ imports: [DeliveriesModule], controllers: [StatsController] })
export class StatsModule {}
