import { Module } from '@nestjs/common';
import { CheckupsModule } from '../checkups/checkups.module.js';
import { PricesModule } from '../costs/prices.module.js';
import { Dlt } from './dlt.js';
import { SmsCheckup } from './sms.checkup.js';
import { SmsNumbers } from './sms.numbers.js';
import { SmsProviders } from './sms.providers.js';
import { SmsService } from './sms.service.js';
import { SmsTariff } from './sms.tariff.js';
import { TextWords } from './text.words.js';
import { TwilioAccount } from './twilio.account.js';
import { TwilioProvider } from './twilio.provider.js';

/** Texts without the rest of the service: needs settings, and no database. Commands send with it. */
@Module({
  imports: [CheckupsModule, PricesModule],
  providers: [
    TwilioAccount,
    SmsNumbers,
    TwilioProvider,
    SmsProviders,
    SmsService,
    SmsCheckup,
    SmsTariff,
    Dlt,
    TextWords,
  ],
  exports: [TwilioAccount, SmsNumbers, TwilioProvider, SmsProviders, SmsService, SmsCheckup, TextWords],
})
export class SmsCarrierModule {}
