import { Injectable } from '@nestjs/common';
import { AppSettings } from '../config/app.settings.js';
import { parsePhone } from '../users/phone.js';
import { SmsSettings } from './sms.settings.js';
import { TwilioAccount } from './twilio.account.js';

/** A number that may get texts, or why this one may not. */
export type TextNumber = { readonly number: string } | { readonly number: null; readonly why: string };

/** Twilio's numbers for tests are nobody's and in no country; the sandbox answers to each in its own way. */
const TEST_NUMBER = /^\+1500555\d{4}$/;
const REMEMBERED = 10_000;

/** Which numbers may get texts: mobile ones of the allowed countries. */
@Injectable()
export class SmsNumbers {
  /** ISO countries. */
  readonly countries: readonly string[];
  private readonly known = new Map<string, TextNumber>();

  constructor(
    settings: SmsSettings,
    private readonly app: AppSettings,
    private readonly account: TwilioAccount,
  ) {
    this.countries = settings.countries.length > 0 ? settings.countries : [app.homeCountry];
  }

  addressOf(phone: string | null): TextNumber {
    if (phone === null) return { number: null, why: 'There is no phone number.' };
    let found = this.known.get(phone);
    if (!found) {
      found = this.parse(phone);
      // The same people are told again and again; reading a number costs more than the rest of the plan.
      if (this.known.size >= REMEMBERED) this.known.clear();
      this.known.set(phone, found);
    }
    return found;
  }

  private parse(phone: string): TextNumber {
    const any = parsePhone(phone, this.app.homeCountry);
    if (any.ok && this.account.mode === 'sandbox' && TEST_NUMBER.test(any.e164)) return { number: any.e164 };
    const parsed = any.ok ? parsePhone(phone, this.app.homeCountry, this.countries) : any;
    if (parsed.ok) return { number: parsed.e164 };
    const allowed =
      parsed.code === 'phone.country-not-allowed' ? ` Allowed are ${this.countries.join(', ')}.` : '';
    return { number: null, why: `The number ${parsed.reason}.${allowed}` };
  }
}
