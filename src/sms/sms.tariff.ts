import { Injectable } from '@nestjs/common';
import type { Estimate } from '../channels/channel.js';
import { AppSettings } from '../config/app.settings.js';
import { PriceList } from '../costs/price.list.js';
import { parsePhone } from '../users/phone.js';
import type { Segments } from './segments.js';
import { TwilioAccount } from './twilio.account.js';

const REMEMBERED = 10_000;

/** What a text is expected to cost before it goes, by the price list of its carrier. */
@Injectable()
export class SmsTariff {
  private readonly countries = new Map<string, string | undefined>();

  constructor(
    private readonly prices: PriceList,
    private readonly account: TwilioAccount,
    private readonly app: AppSettings,
  ) {}

  /** @param to in E.164 */
  estimate(to: string, measured: Segments): Estimate {
    const country = this.countryOf(to);
    const { segments } = measured;
    const price = this.prices.priceOf(this.account.provider, { country, address: to, segments });
    return { ...measured, ...(country !== undefined && { country }), ...price };
  }

  /** The same people are told again and again; reading a number costs more than the rest of the estimate. */
  private countryOf(to: string): string | undefined {
    if (!this.countries.has(to)) {
      const parsed = parsePhone(to, this.app.homeCountry);
      if (this.countries.size >= REMEMBERED) this.countries.clear();
      this.countries.set(to, parsed.ok && parsed.country !== '' ? parsed.country : undefined);
    }
    return this.countries.get(to);
  }
}
