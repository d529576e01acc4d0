import { Injectable } from '@nestjs/common';
import { Checkup, type Finding, good, warning } from '../checkups/checkup.js';
import { DltSettings } from './dlt.settings.js';
import { SmsNumbers } from './sms.numbers.js';
import { SmsProviders } from './sms.providers.js';

/** Whether each carrier would take a text. Asks them, and sends nothing. */
@Injectable()
export class SmsCheckup extends Checkup {
  override readonly subject = 'SMS';

  constructor(
    private readonly providers: SmsProviders,
    private readonly numbers: SmsNumbers,
    private readonly dlt: DltSettings,
  ) {
    super();
  }

  override async check(): Promise<Finding[]> {
    const { all } = this.providers;
    if (all.length === 0)
      return [warning('sms.off', 'SMS is not configured.', 'docs/guide-twilio.md has the steps.')];
    const said = await Promise.all(all.map((provider) => provider.check()));
    return [...said.flat(), ...this.registration()];
  }

  /** What operators in India ask for. Whether each template is registered is for `templates lint`. */
  private registration(): Finding[] {
    if (!this.numbers.countries.includes('IN')) return [];
    if (this.dlt.enabled) {
      return [good('sms.dlt', `Texts to India are held against DLT, for the entity ${this.dlt.entityId}.`)];
    }
    const says = 'Texts to India are not held against their DLT registration.';
    return [warning('sms.dlt', says, 'Operators drop what differs: docs/guide-sms.md has the steps.')];
  }
}
