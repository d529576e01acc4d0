import { Controller, Get, Query } from '@nestjs/common';
import { Allow, staff } from '../auth/allow.js';
import { ApiPage } from '../http/page.dto.js';
import { RequestUrl } from '../http/page.js';
import { InboundQuery, InboundView } from './inbound.dto.js';
import { InboundReader } from './inbound.reader.js';

/** What people have texted to us. */
@Controller('inbound')
export class InboundController {
  constructor(private readonly inbound: InboundReader) {}

  /** Lists what people have texted, newest first. */
  @Get()
  @Allow(staff('inbound:read'))
  @ApiPage(InboundView)
  list(@Query() query: InboundQuery, @RequestUrl() url: string) {
    return this.inbound.page(query, url);
  }
}
