import { type ClientRequestArgs } from 'node:http';
import { urlToHttpOptions } from 'node:url';
import { Injectable } from '@nestjs/common';
import { RequestFilteringHttpsAgent } from 'request-filtering-agent';
import webpush, { type RequestOptions, type Urgency } from 'web-push';
import type { ChannelMode } from '../channels/channel.js';
import { SandboxSettings } from '../config/app.settings.js';
import { agentsFor, exchange, type Exchanged } from '../http/exchange.js';
import { type AllowedEndpoints, faultOf, serviceOf, servicesOf } from './push.endpoint.js';
import { failureBy, failureOf, uncalled } from './push.errors.js';
import { PushSettings } from './push.settings.js';

/** Where a browser gets its messages, and what only it can read them with. */
export interface Subscription {
  readonly endpoint: string;
  /** Base64url: 65 bytes and 16 bytes. */
  readonly keys: { readonly p256dh: string; readonly auth: string };
  /** The public VAPID key that it was made with; null where nobody knows. */
  readonly vapidKey: string | null;
}

/** A message, and how a push service is to treat it. */
export interface OutgoingPush {
  /** The push service, as `serviceOf` names it. */
  readonly provider: string;
  /** At most `LONGEST` bytes. */
  readonly payload: string;
  /** Seconds for which it is kept for a browser that is away. */
  readonly ttl: number;
  readonly urgency: Urgency;
  /** At most 32 characters of base64url: a message that waits is replaced by the next one with the same topic. */
  readonly topic: string;
}

/**
 * Bytes of a message. All take a body of 4096 bytes (RFC 8030), but some carry it on as base64 within as many, as
 * Mozilla's does to Firefox on Android; and encryption adds 103 (RFC 8291).
 */
export const LONGEST = (4096 / 4) * 3 - 103;

/** Milliseconds for one message, whatever the push service does. */
const TIMEOUT = 10_000;
/** Bytes of an answer: push services say little. */
const LONGEST_ANSWER = 4096;
const CONNECTIONS = 64;

type Vapid = NonNullable<RequestOptions['vapidDetails']>;

/** Hands messages to the push services of browsers. */
@Injectable()
export class PushService {
  /** The names of those that may be called. */
  readonly services: readonly string[];
  private readonly vapid: Vapid | undefined;
  private readonly allowed: AllowedEndpoints;
  private readonly sandboxAgent = agentsFor(CONNECTIONS)['http:'];
  /** A name that leads into our own network is not called, whatever it is. */
  private readonly agent = new RequestFilteringHttpsAgent({
    keepAlive: true,
    maxSockets: CONNECTIONS,
    timeout: 4000,
    scheduling: 'lifo',
  });

  constructor(settings: PushSettings, sandbox: SandboxSettings) {
    const { publicKey, privateKey, subject } = settings;
    this.vapid = publicKey && privateKey && subject ? { publicKey, privateKey, subject } : undefined;
    this.allowed = { hosts: settings.hosts, sandbox: sandbox.url && new URL(sandbox.url).origin };
    this.services = servicesOf(this.allowed);
  }

  /** What browsers subscribe with; undefined where push is off. */
  get publicKey(): string | undefined {
    return this.vapid?.publicKey;
  }

  /** Whether it was made with another key than the present one: then its push service takes nothing from us. */
  isOutdated(vapidKey: string | null): boolean {
    return vapidKey !== null && this.vapid !== undefined && vapidKey !== this.vapid.publicKey;
  }

  mode(): Omit<ChannelMode, 'label'> {
    if (!this.vapid)
      return { mode: 'off', detail: 'set VAPID_PUBLIC_KEY, VAPID_PRIVATE_KEY and VAPID_SUBJECT' };
    if (this.allowed.sandbox === undefined) return { mode: 'live', detail: `as ${this.vapid.subject}` };
    return { mode: 'sandbox', detail: 'to real browsers, and to devices of the sandbox' };
  }

  /** What is wrong with an endpoint, as `faultOf` says it. */
  faultOf(endpoint: string): string | null {
    return faultOf(endpoint, this.allowed);
  }

  /** Which push service an endpoint leads to; undefined where it may not be called. */
  serviceOf(endpoint: string): string | undefined {
    return serviceOf(endpoint, this.allowed);
  }

  /** Resolves when the push service has taken the message; throws a sorted DeliveryFailure. */
  async send(to: Subscription, message: OutgoingPush): Promise<void> {
    const { provider } = message;
    const answer = await this.post(this.requestOf(to, message), provider);
    const failure = failureOf(answer, provider);
    if (failure) throw failure;
  }

  /** The body is encrypted for the browser; the push service sees neither words nor person. */
  private requestOf(to: Subscription, { provider, payload, ttl, urgency, topic }: OutgoingPush) {
    if (!this.vapid) throw failureBy('off', provider, { detail: this.mode().detail });
    if (this.isOutdated(to.vapidKey)) throw uncalled('other-key', provider);
    // Once more: the list may have changed since it was subscribed.
    if (this.faultOf(to.endpoint) !== null) throw uncalled('not-allowed', provider);
    try {
      const options = {
        vapidDetails: this.vapid,
        TTL: ttl,
        urgency,
        topic,
        contentEncoding: 'aes128gcm',
      } as const;
      return webpush.generateRequestDetails(to, payload, options);
    } catch (cause) {
      throw uncalled('bad-keys', provider, cause);
    }
  }

  private async post(
    { endpoint, method, headers, body }: webpush.RequestDetails,
    provider: string,
  ): Promise<Exchanged> {
    const url = new URL(endpoint);
    const agent = url.protocol === 'https:' ? this.agent : this.sandboxAgent;
    const target: ClientRequestArgs = { ...urlToHttpOptions(url), method, headers, agent };
    try {
      return await exchange(target, body ?? undefined, TIMEOUT, LONGEST_ANSWER);
    } catch (cause) {
      throw failureBy('silence', provider, { detail: (cause as Error).message, cause });
    }
  }
}
