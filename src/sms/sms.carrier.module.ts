import { Module } from '@nestjs/common';
import { CheckupsModule } from '../checkups/checkups.module.js';
import { SmsCheckup } from './sms.checkup.js';
import { SmsNumbers } from './sms.numbers.js';
import { SmsProviders } from './sms.providers.js';
import { SmsService } from './sms.service.js';
import { TwilioAccount } from './twilio.account.js';
import { TwilioProvider } from './twilio.provider.js';

/** Texts without the rest of the service: needs settings, and no database. Commands send with it. */
@Module({
  imports: [CheckupsModule],
  providers: [TwilioAccount, SmsNumbers, TwilioProvider, SmsProviders, SmsService, SmsCheckup],
  exports: [TwilioAccount, SmsNumbers, TwilioProvider, SmsProviders, SmsService, SmsCheckup],
})
export class SmsCarrierModule {}
