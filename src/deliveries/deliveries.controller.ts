import { Controller, Get, Param, ParseUUIDPipe, Query } from '@nestjs/common';
import { Allow, staff } from '../auth/allow.js';
import { notFound } from '../http/domain.error.js';
import { ApiPage } from '../http/page.dto.js';
import { RequestUrl } from '../http/page.js';
import { DeliveriesService } from './deliveries.service.js';
import { DeliveriesQuery } from './delivery.dto.js';
import { DeliveryView } from './delivery.view.js';

/** The ledger, for those who answer for it. */
@Controller('deliveries')
@Allow(staff('deliveries:read'))
export class DeliveriesController {
  constructor(private readonly deliveries: DeliveriesService) {}

  /** Lists deliveries, newest first. */
  @Get()
  @ApiPage(DeliveryView)
  list(@Query() query: DeliveriesQuery, @RequestUrl() url: string) {
    return this.deliveries.page(query, url);
  }

  /** Shows one delivery with its attempts, what the provider said, and who stepped in. */
  @Get(':id')
  async get(@Param('id', ParseUUIDPipe) id: string): Promise<DeliveryView> {
    const delivery = await this.deliveries.whole(id);
    if (!delivery) throw notFound('delivery.not-found', 'There is no delivery with this id.');
    return delivery;
  }
}
