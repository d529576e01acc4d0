/** What the sandbox keeps: the texts its carrier took, and the mails its mailbox took. */

export type TextStatus = 'accepted' | 'queued' | 'sent' | 'delivered' | 'undelivered' | 'failed';

export interface TextMessage {
  readonly channel: 'sms';
  /** The carrier's SID: SM and 32 hex digits. */
  readonly id: string;
  readonly to: string;
  /** Null until a messaging service has chosen its sender. */
  from: string | null;
  readonly messagingServiceSid: string | null;
  text: string;
  readonly segments: number;
  readonly encoding: string;
  status: TextStatus;
  errorCode: number | null;
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

export type Message = TextMessage | MailMessage;
export type Channel = Message['channel'];

/** Every given field must match. */
export interface MessageFilter {
  readonly channel?: Channel;
  /** A phone number (E.164) or a mail address. */
  readonly to?: string;
  /** Epoch milliseconds: received then or later. */
  readonly since?: number;
}

export function matches(message: Message, { channel, to, since }: MessageFilter): boolean {
  if (channel !== undefined && message.channel !== channel) return false;
  if (since !== undefined && message.receivedAt < since) return false;
  return to === undefined || isFor(message, to);
}

function isFor(message: Message, to: string): boolean {
  if (message.channel === 'sms') return message.to === to;
  const address = to.toLowerCase();
  return message.to.some((recipient) => recipient.toLowerCase() === address);
}
