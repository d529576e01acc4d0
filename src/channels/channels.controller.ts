import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { Allow, staff } from '../auth/allow.js';
import { type Caller, CurrentCaller, nameOf } from '../auth/caller.js';
import { ApiPage } from '../http/page.dto.js';
import { ChannelControl } from './channel.control.js';
import { ChannelView, PauseRequest } from './channel.state.view.js';

/** The ways to reach people, and an operator's hand on them. */
@Controller('channels')
export class ChannelsController {
  constructor(private readonly control: ChannelControl) {}

  /** Lists the channels. With what keeps them from sending, and how much waits. */
  @Get()
  @Allow(staff('channels:read'))
  @ApiPage(ChannelView)
  async list() {
    return { results: await this.control.list(), next: null, previous: null };
  }

  /** Pauses a channel. What is accepted for it waits, in its order, until it is resumed or too late. */
  @Post(':name/pause')
  @HttpCode(200)
  @Allow(staff('channels:write'))
  pause(
    @Param('name') name: string,
    @Body() { reason }: PauseRequest,
    @CurrentCaller() caller: Caller,
  ): Promise<ChannelView> {
    return this.control.pause(name, nameOf(caller), reason ?? null);
  }

  /** Resumes a channel. What waits goes at once, also where its provider is not called after failures. */
  @Post(':name/resume')
  @HttpCode(200)
  @Allow(staff('channels:write'))
  resume(@Param('name') name: string, @CurrentCaller() caller: Caller): Promise<ChannelView> {
    return this.control.resume(name, nameOf(caller));
  }
}
