import twilio from 'twilio';
import type RequestClient from 'twilio/lib/base/RequestClient.js';
import type { Sandbox } from '../../src/sandbox/sandbox.js';

export const ACCOUNT = { accountSid: `AC${'0'.repeat(31)}1`, authToken: 'a-token-for-tests' };
/** Texts live through their life at once. */
export const FAST = { queued: 0, sent: 0, delivered: 0, priced: 0 };
export const SENDER = '+15005550006';

/** The real SDK's client; only the origin of its requests is replaced. */
class SandboxClient extends twilio.RequestClient {
  constructor(private readonly origin: string) {
    super({ timeout: 5_000 });
  }

  override request<T>(options: RequestClient.RequestOptions<T>) {
    const uri = options.uri.replace(/^https:\/\/(?:api|lookups)\.twilio\.com/, this.origin);
    return super.request<T>({ ...options, uri });
  }
}

export function sdkFor({ url }: Sandbox, { accountSid, authToken } = ACCOUNT) {
  return twilio(accountSid, authToken, { httpClient: new SandboxClient(url) });
}
