import { Injectable } from '@nestjs/common';
import { Checkup, type Finding, good, warning } from '../checkups/checkup.js';
import { PushService } from './push.service.js';

/** Web Push: whether browsers can subscribe. That the keys fit was checked at the start; push services are not asked. */
@Injectable()
export class PushCheckup extends Checkup {
  override readonly subject = 'Push';

  constructor(private readonly push: PushService) {
    super();
  }

  override check(): Promise<Finding[]> {
    const { mode, detail } = this.push.mode();
    const finding =
      mode === 'off'
        ? warning('push.off', 'Push is off.', `To send to browsers, ${detail}: \`vapid-keys\` makes them.`)
        : good('push.keys', `The VAPID keys fit each other (${detail}).`);
    return Promise.resolve([finding]);
  }
}
