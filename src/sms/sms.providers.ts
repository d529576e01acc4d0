import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { AppSettings } from '../config/app.settings.js';
import { parsePhone } from '../users/phone.js';
import { CarrierSettings, TWILIO } from './carrier.settings.js';
import { HttpSmsProvider } from './http.provider.js';
import type { Mapping } from './mapping.js';
import type { SmsProvider } from './sms.provider.js';
import { TwilioAccount } from './twilio.account.js';
import { TwilioProvider } from './twilio.provider.js';

const CARRIER_WEBHOOK = '/api/webhooks/sms';
const REMEMBERED = 10_000;

/** Who carries texts, the preferred one first. */
@Injectable()
export class SmsProviders implements OnApplicationShutdown {
  readonly all: readonly SmsProvider[];
  /** Never empty: where nothing is configured it is the one that will be asked for. */
  readonly names: readonly string[];
  private readonly carriers: readonly HttpSmsProvider[];
  private readonly known = new Map<string, readonly string[]>();

  constructor(
    account: TwilioAccount,
    twilio: TwilioProvider,
    { mappings, order }: CarrierSettings,
    private readonly app: AppSettings,
  ) {
    this.carriers = mappings.map(
      (mapping) => new HttpSmsProvider(mapping, callbackOf(mapping, app.publicUrl)),
    );
    const usual = account.mode === 'sandbox' && mappings.length > 0 ? [] : [TWILIO];
    const wanted = order.length > 0 ? order : [...usual, ...mappings.map(({ name }) => name)];
    const configured = account.mode === 'off' ? [] : [twilio];
    this.all = wanted.flatMap<SmsProvider>((name) =>
      name === TWILIO ? configured : (this.carrier(name) ?? []),
    );
    this.names = this.all.length > 0 ? this.all.map(({ name }) => name) : [account.provider];
  }

  get mode(): 'live' | 'sandbox' | 'off' {
    if (this.all.length === 0) return 'off';
    return this.all.some(({ mode }) => mode === 'live') ? 'live' : 'sandbox';
  }

  find(name: string): SmsProvider | undefined {
    return this.all.find((provider) => provider.name === name);
  }

  /** One that a mapping file describes, also when no text goes through it any more: its callbacks still come. */
  carrier(name: string): HttpSmsProvider | undefined {
    return this.carriers.find((carrier) => carrier.name === name);
  }

  /** Who carries to this number; all, where nobody says so. */
  namesFor(to: string): readonly string[] {
    if (this.all.every(({ countries }) => countries.length === 0)) return this.names;
    let names = this.known.get(to);
    if (!names) {
      if (this.known.size >= REMEMBERED) this.known.clear();
      names = this.chosenFor(to);
      this.known.set(to, names);
    }
    return names;
  }

  onApplicationShutdown(): void {
    for (const carrier of this.carriers) carrier.close();
  }

  private chosenFor(to: string): readonly string[] {
    const able = this.all.filter(
      ({ countries }) => countries.length === 0 || parsePhone(to, this.app.homeCountry, countries).ok,
    );
    return able.length > 0 ? able.map(({ name }) => name) : this.names;
  }
}

function callbackOf({ name, callback }: Mapping, publicUrl: string): string {
  return callback ? `${publicUrl}${CARRIER_WEBHOOK}/${name}?token=${callback.token}` : '';
}
