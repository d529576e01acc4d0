import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { Allow, staff } from '../auth/allow.js';
import { type Caller, CurrentCaller, nameOf } from '../auth/caller.js';
import { ApiPage } from '../http/page.dto.js';
import { RequestUrl } from '../http/page.js';
import { SuppressionControl } from './suppression.control.js';
import { AddressView, CloseAddress, SuppressionsQuery, SuppressionView } from './suppression.dto.js';

/** Addresses that must not be used, for those who answer for it. */
@Controller('suppressions')
export class SuppressionsController {
  constructor(private readonly control: SuppressionControl) {}

  /** Lists the addresses that must not be used, and why. */
  @Get()
  @Allow(staff('suppressions:read'))
  @ApiPage(SuppressionView)
  list(@Query() query: SuppressionsQuery, @RequestUrl() url: string) {
    return this.control.page(query, url);
  }

  /** Closes an address. Nothing is sent there until it is opened again; what waits is skipped. */
  @Post()
  @HttpCode(200)
  @Allow(staff('suppressions:write'))
  add(@Body() request: CloseAddress, @CurrentCaller() caller: Caller): Promise<SuppressionView> {
    return this.control.add(request, actOf(caller));
  }

  /** Shows one address. Whether it is closed, and who closed and opened it when. */
  @Get(':channel/:address')
  @Allow(staff('suppressions:read'))
  get(@Param('channel') channel: string, @Param('address') address: string): Promise<AddressView> {
    return this.control.look(channel, address);
  }

  /** Opens an address again. Who did it stays written down; a stop that the carrier keeps itself is not undone. */
  @Delete(':channel/:address')
  @HttpCode(204)
  @Allow(staff('suppressions:write'))
  remove(
    @Param('channel') channel: string,
    @Param('address') address: string,
    @CurrentCaller() caller: Caller,
  ): Promise<void> {
    return this.control.remove(channel, address, actOf(caller));
  }
}

const actOf = (caller: Caller) => ({ source: 'api', actor: nameOf(caller) }) as const;
