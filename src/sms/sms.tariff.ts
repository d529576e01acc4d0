import { Injectable } from '@nestjs/common';
import type { Estimate } from '../channels/channel.js';
import { AppSettings } from '../config/app.settings.js';
import { PriceList } from '../costs/price.list.js';
import { parsePhone } from '../users/phone.js';
import type { Segments } from './segments.js';
import { SmsProviders } from './sms.providers.js';

const REMEMBERED = 10_000;

/** What a text is expected to cost before it goes, by the price list of the carrier that is asked first. */
@Injectable()
export class SmsTariff {
  private readonly countries = new Map<string, string | undefined>();

  constructor(
    private readonly prices: PriceList,
    private readonly carriers: SmsProviders,
    private readonly app: AppSettings,
  ) {}

  /** @param to in E.164 */
  estimate(to: string, measured: Segments): Estimate {
    const country = this.countryOf(to);
    const { segments } = measured;
    const [provider = ''] = this.carriers.namesFor(to);
    const price = this.prices.priceOf(provider, { country, address: to, segments });
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
