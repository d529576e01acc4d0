import { Injectable } from '@nestjs/common';
import { Checkup, type Finding, warning } from '../checkups/checkup.js';
import { SmsProviders } from './sms.providers.js';

/** Whether each carrier would take a text. Asks them, and sends nothing. */
@Injectable()
export class SmsCheckup extends Checkup {
  override readonly subject = 'SMS';

  constructor(private readonly providers: SmsProviders) {
    super();
  }

  override async check(): Promise<Finding[]> {
    const { all } = this.providers;
    if (all.length === 0)
      return [warning('sms.off', 'SMS is not configured.', 'docs/guide-twilio.md has the steps.')];
    return (await Promise.all(all.map((provider) => provider.check()))).flat();
  }
}
