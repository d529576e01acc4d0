import { Module } from '@nestjs/common';
import { Dlt } from './dlt.js';
import { SmsNumbers } from './sms.numbers.js';
import { SmsService } from './sms.service.js';
import { TextWords } from './text.words.js';
import { TwilioAccount } from './twilio.account.js';
import { TwilioProvider } from './twilio.provider.js';

/** Texts without the rest of the service: needs settings, and no database. Commands send with it. */
@Module({
  providers: [TwilioAccount, SmsNumbers, TwilioProvider, SmsService, Dlt, TextWords],
  exports: [TwilioAccount, SmsNumbers, TwilioProvider, SmsService, TextWords],
})
export class SmsCarrierModule {}
