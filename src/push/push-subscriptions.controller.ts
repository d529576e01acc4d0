import { Body, Controller, Delete, Get, Headers, HttpCode, Ip, Param, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Allow, inbox } from '../auth/allow.js';
import { type Caller, CurrentCaller } from '../auth/caller.js';
import { Answer } from '../http/answer.js';
import { notFound, unprocessable } from '../http/domain.error.js';
import type { Origin } from '../preferences/preferences.ledger.js';
import { PreferencesService } from '../preferences/preferences.service.js';
import { deviceNameOf } from './device.name.js';
import { SubscribeRequest, SubscriptionsView, SubscriptionView } from './push.dto.js';
import { PushService } from './push.service.js';
import { CHANNEL, PushSubscriptions } from './push.subscriptions.js';
import { off } from './vapid-key.controller.js';
import { isSameKey } from './vapid.keys.js';

/** The browsers in which the person has turned push on. */
@ApiTags('Push')
@Controller(['notifications/push-subscriptions', 'notifications/notifications/push-subscriptions'])
export class PushSubscriptionsController {
  constructor(
    private readonly push: PushService,
    private readonly subscriptions: PushSubscriptions,
    private readonly preferences: PreferencesService,
  ) {}

  /**
   * Turns push on in a browser. Again from the same browser renews it, with 200; from another person, it is theirs from
   * then on.
   */
  @Post()
  @Allow(inbox())
  @ApiCreatedResponse({ type: SubscriptionView })
  @ApiOkResponse({ type: SubscriptionView, description: 'It was there already, and is renewed.' })
  async create(
    @Body() request: SubscribeRequest,
    @CurrentCaller() caller: Caller,
    @Headers('user-agent') userAgent: string | undefined,
    @Ip() ip: string,
  ): Promise<Answer<SubscriptionView>> {
    const { endpoint, keys } = request;
    const vapidKey = this.presentKeyOf(request);
    const fault = this.push.faultOf(endpoint);
    if (fault !== null) throw refused('push.endpoint-refused', 'endpoint', `endpoint ${fault}.`);
    const deviceName = request.device_name?.trim() || deviceNameOf(userAgent);
    const brought = { endpoint, keys, deviceName, vapidKey };
    const { subscription, isNew } = await this.subscriptions.subscribe(whose(caller), brought, originOf(ip));
    return new Answer(isNew ? 201 : 200, this.subscriptions.viewOf(subscription));
  }

  /** Lists the browsers in which the person has turned push on, newest first. */
  @Get()
  @Allow(inbox())
  async list(@CurrentCaller() caller: Caller): Promise<SubscriptionsView> {
    const rows = await this.subscriptions.list(whose(caller));
    return { results: rows.map((row) => this.subscriptions.viewOf(row)) };
  }

  /** Turns push off in one of them. */
  @Delete(':id')
  @HttpCode(204)
  @Allow(inbox())
  async remove(@Param('id') id: string, @CurrentCaller() caller: Caller, @Ip() ip: string): Promise<void> {
    if (await this.preferences.removeDevice(whose(caller), CHANNEL, id, originOf(ip))) return;
    const detail = 'There is no such subscription, or it is not yours: GET lists them.';
    throw notFound('push.subscription-not-found', detail);
  }

  /** Undefined where the browser does not say with which key it subscribed. */
  private presentKeyOf({ application_server_key: said }: SubscribeRequest): string | undefined {
    const { publicKey } = this.push;
    if (publicKey === undefined) throw off();
    if (said === undefined) return undefined;
    if (isSameKey(said, publicKey)) return publicKey;
    throw refused('push.other-key', 'application_server_key', OTHER_KEY);
  }
}

const OTHER_KEY =
  'The browser subscribed with another key than /vapid_public_key gives, so nothing could be sent there: end the ' +
  'subscription with unsubscribe(), and subscribe anew with that key.';

/** The guard lets nobody else in. */
const whose = (caller: Caller): string => (caller.kind === 'user' ? caller.userId : '');

const originOf = (ip: string): Origin => ({ source: 'form', ip });

const refused = (code: string, field: string, detail: string) =>
  unprocessable(code, detail, [{ pointer: `/${field}`, code, detail }]);
