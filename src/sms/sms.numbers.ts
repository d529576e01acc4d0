import { Injectable } from '@nestjs/common';
import { AppSettings } from '../config/app.settings.js';
import { parsePhone, type PhoneFault } from '../users/phone.js';
import { SmsSettings } from './sms.settings.js';
import { TwilioAccount } from './twilio.account.js';

/** A number that may get texts; or the rule that forbids it, and the same as a sentence with its cure. */
export type TextNumber =
  { readonly number: string } | { readonly number: null; readonly rule: string; readonly why: string };

/** Twilio's numbers for tests are nobody's and in no country; the sandbox answers to each in its own way. */
const TEST_NUMBER = /^\+1500555\d{4}$/;
const REMEMBERED = 10_000;

/** The rules of a plan, by what is wrong with the number. */
const RULES: Partial<Record<PhoneFault, string>> = {
  'phone.country-not-allowed': 'country_not_allowed',
  'phone.landline': 'not_mobile',
  'phone.not-mobile': 'not_mobile',
  'phone.pager': 'not_mobile',
  'phone.premium': 'premium_number',
  'phone.satellite': 'satellite_number',
};

/** Which numbers may get texts: mobile ones of the allowed countries. */
@Injectable()
export class SmsNumbers {
  /** ISO countries or calling codes, as `IN` or `+91`. */
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
    if (phone === null) return { number: null, rule: 'no_address', why: 'There is no phone number.' };
    let found = this.known.get(phone);
    if (!found) {
      found = this.parse(phone);
      // The same people are told again and again; reading a number costs more than the rest of the plan.
      if (this.known.size >= REMEMBERED) this.known.clear();
      this.known.set(phone, found);
    }
    return found;
  }

  /** The number in E.164, in whatever country and whether or not it may get texts; null where it is none. */
  normalize(phone: string): string | null {
    const parsed = parsePhone(phone, this.app.homeCountry);
    return parsed.ok ? parsed.e164 : null;
  }

  private parse(phone: string): TextNumber {
    const any = parsePhone(phone, this.app.homeCountry);
    if (any.ok && this.account.mode === 'sandbox' && TEST_NUMBER.test(any.e164)) return { number: any.e164 };
    const parsed = any.ok ? parsePhone(phone, this.app.homeCountry, this.countries) : any;
    if (parsed.ok) return { number: parsed.e164 };
    const { code, reason } = parsed;
    const allowed =
      code === 'phone.country-not-allowed'
        ? ` Allowed are ${this.countries.join(', ')}; SMS_COUNTRIES sets them.`
        : '';
    return {
      number: null,
      rule: RULES[code] ?? 'invalid_number',
      why: `The number ${reason}.${allowed}`,
    };
  }
}
