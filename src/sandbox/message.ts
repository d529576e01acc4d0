import { headersOf } from './mail-headers.js';

/** What the sandbox keeps: the texts its carrier took, the mails its mailbox took, and what its browsers show. */

export type TextStatus = 'accepted' | 'queued' | 'sent' | 'delivered' | 'undelivered' | 'failed' | 'received';

/** `reply`: what a webhook has answered to an inbound text. */
export type Direction = 'outbound' | 'inbound' | 'reply';

/** What whoever texts STOP, START or HELP asks for. */
export type OptOut = 'STOP' | 'START' | 'HELP';

/** Which address an inbound text was told to, and what it answered. */
export interface Webhook {
  readonly url: string;
  /** The HTTP status; null where nobody answered. */
  readonly status: number | null;
}

export interface TextMessage {
  readonly channel: 'sms';
  /** The carrier's SID: SM and 32 hex digits. */
  readonly id: string;
  readonly direction: Direction;
  readonly to: string;
  /** Null until a messaging service has chosen its sender. */
  from: string | null;
  readonly messagingServiceSid: string | null;
  text: string;
  readonly segments: number;
  readonly encoding: string;
  status: TextStatus;
  errorCode: number | null;
  /** Where the code alone says too little. */
  errorMessage: string | null;
  /** The error that it was ordered to end with. */
  readonly fate: number | null;
  /** Of an inbound text whose word the carrier has taken care of. */
  readonly optOut: OptOut | null;
  /** Of an inbound text, once it was told. */
  webhook: Webhook | null;
  /** What it will have cost: negative, five decimals, USD. */
  readonly cost: string;
  /** The same, once the carrier says so: a moment after the end. */
  price: string | null;
  readonly statusCallback: string | null;
  /** Epoch milliseconds, like every time here. */
  readonly receivedAt: number;
  sentAt: number | null;
  updatedAt: number;
}

export interface MailMessage {
  readonly channel: 'email';
  readonly id: string;
  /** The addresses of the SMTP envelope: who really gets it. */
  readonly to: readonly string[];
  readonly from: string;
  readonly subject: string;
  readonly messageId: string | null;
  /** Kept as it came; parsed only when somebody reads it. */
  readonly raw: Buffer;
  readonly receivedAt: number;
}

/** What a browser shows. */
export interface PushMessage {
  readonly channel: 'push';
  readonly id: string;
  /** The device, by its id, and how it is called. */
  readonly to: string;
  readonly deviceName: string;
  /** One notification is shown for each. */
  readonly tag: string;
  readonly type: string | null;
  readonly title: string;
  readonly body: string;
  readonly actionUrl: string | null;
  /** As it was decrypted. */
  readonly payload: string;
  /** Seconds. */
  readonly ttl: number;
  readonly urgency: string;
  readonly topic: string | null;
  /** How often it came: each time the next takes the place of the one before. */
  readonly times: number;
  readonly receivedAt: number;
}

export type Message = TextMessage | MailMessage | PushMessage;
export type Channel = Message['channel'];
export const CHANNELS = ['sms', 'email', 'push'] as const satisfies readonly Channel[];

/** Every given field must match. */
export interface MessageFilter {
  readonly channel?: Channel;
  /** Of texts; anything else is always outbound. */
  readonly direction?: Direction;
  /** The notification's type, which mails carry as a header, pushes in themselves, and texts do not. */
  readonly type?: string;
  /** A phone number (E.164), a mail address, or the id of a device. */
  readonly to?: string;
  /** Epoch milliseconds: received then or later. */
  readonly since?: number;
  /** Somewhere in its words, in any case. */
  readonly contains?: string;
}

const TYPE_HEADER = 'x-notification-type';

export function typeOf(message: Message): string | null {
  if (message.channel === 'push') return message.type;
  return message.channel === 'email' ? (headersOf(message.raw).get(TYPE_HEADER)?.[0] ?? null) : null;
}

/** Whether all holds that can be said without reading its words. */
export function matches(message: Message, { channel, direction, type, to, since }: MessageFilter): boolean {
  if (channel !== undefined && message.channel !== channel) return false;
  if (since !== undefined && message.receivedAt < since) return false;
  if (direction !== undefined && directionOf(message) !== direction) return false;
  if (type !== undefined && typeOf(message) !== type) return false;
  return to === undefined || isFor(message, to);
}

const directionOf = (message: Message): Direction =>
  message.channel === 'sms' ? message.direction : 'outbound';

function isFor(message: Message, to: string): boolean {
  if (message.channel !== 'email') return message.to === to;
  const address = to.toLowerCase();
  return message.to.some((recipient) => recipient.toLowerCase() === address);
}
