import { Injectable } from '@nestjs/common';
import { AppSettings, SandboxSettings } from '../config/app.settings.js';
import { SmsSettings } from './sms.settings.js';

/** Twilio's own number for tests, which the sandbox sends from. */
const SANDBOX_SENDER = '+15005550006';
const CALLBACK_PATH = '/api/webhooks/twilio/status';
const NOT_PUBLIC = /^(localhost|127\.|0\.0\.0\.0|\[?::1\]?$)/;

/** Whether nobody but this machine could call this URL. */
export const isOnlyHere = (url: string): boolean => NOT_PUBLIC.test(new URL(url).hostname);

/** Whose texts these are: a real account, the sandbox's, or nobody's. */
@Injectable()
export class TwilioAccount {
  readonly mode: 'live' | 'sandbox' | 'off';
  readonly sid: string;
  /** Tokens whose signature is believed, the current one first. Never empty while there is an account. */
  readonly tokens: readonly string[];
  readonly from: string | undefined;
  readonly messagingServiceSid: string | undefined;
  /** Where the API is, unless it is Twilio's own. */
  readonly origin: string | undefined;
  /** Where status callbacks go; undefined where nobody could reach it. */
  readonly callbackUrl: string | undefined;

  constructor(settings: SmsSettings, sandbox: SandboxSettings, { publicUrl }: AppSettings) {
    const callbackUrl = settings.statusCallbackUrl ?? publicUrl + CALLBACK_PATH;
    const { accountSid = '', authToken = '', oldAuthToken } = settings;
    this.from = settings.phoneNumber;
    this.messagingServiceSid = settings.messagingServiceSid;
    if (accountSid !== '' && authToken !== '') {
      this.mode = 'live';
      this.sid = accountSid;
      this.tokens = oldAuthToken === undefined ? [authToken] : [authToken, oldAuthToken];
      this.origin = settings.apiBaseUrl;
      const reachable = this.origin !== undefined || !isOnlyHere(callbackUrl);
      this.callbackUrl = reachable ? callbackUrl : undefined;
    } else if (sandbox.url !== undefined) {
      const { username, password, origin } = new URL(sandbox.url);
      this.mode = 'sandbox';
      this.sid = username;
      this.tokens = [decodeURIComponent(password)];
      this.origin = origin;
      this.from = SANDBOX_SENDER;
      this.callbackUrl = callbackUrl;
    } else {
      this.mode = 'off';
      this.sid = '';
      this.tokens = [];
      this.origin = undefined;
      this.callbackUrl = undefined;
    }
  }

  /** The provider's name in the ledger: what the sandbox took is never asked of Twilio. */
  get provider(): string {
    return this.mode === 'sandbox' ? 'sandbox' : 'twilio';
  }
}
