import { Controller, Get } from '@nestjs/common';
import { ApiNotFoundResponse, ApiTags } from '@nestjs/swagger';
import { Public } from '../auth/allow.js';
import { notFound } from '../http/domain.error.js';
import { VapidPublicKeyView } from './push.dto.js';
import { PushService } from './push.service.js';

const PATH = 'vapid_public_key';

@ApiTags('Push')
@Controller([`notifications/${PATH}`, `notifications/notifications/${PATH}`])
export class VapidKeyController {
  constructor(private readonly push: PushService) {}

  /** Gives the key with which a browser subscribes. */
  @Get()
  @Public()
  @ApiNotFoundResponse({ description: 'Push is off here.' })
  show(): VapidPublicKeyView {
    const { publicKey } = this.push;
    if (publicKey === undefined) throw off();
    return { public_key: publicKey };
  }
}

export const off = () =>
  notFound('push.off', 'Push is off here: it needs VAPID_PUBLIC_KEY, VAPID_PRIVATE_KEY and VAPID_SUBJECT.');
