import { decodeWords, headersOf } from './mail-headers.js';
import type { MailContent, MailReader } from './mail-reader.js';
import { linksIn, type Link } from './mail-html.js';
import { warningsOf, type Warning } from './mail-warnings.js';
import {
  typeOf,
  type Direction,
  type MailMessage,
  type Message,
  type OptOut,
  type PushMessage,
  type TextMessage,
  type TextStatus,
  type Webhook,
} from './message.js';
import { notGsmIn, partsOf } from './segments.js';
import { carrierErrorMessage } from './test-numbers.js';

const PREVIEW = 120;

/** A text as the dev API shows it. */
export interface TextView {
  readonly channel: 'sms';
  readonly id: string;
  readonly direction: Direction;
  readonly to: string;
  readonly from: string | null;
  readonly text: string;
  /** The same as `text`, under Twilio's name for it. */
  readonly body: string;
  readonly status: TextStatus;
  readonly error_code: number | null;
  readonly error_message: string | null;
  readonly segments: number;
  /** The words as they are cut into segments. */
  readonly parts: readonly string[];
  readonly encoding: string;
  /** The characters for whose sake it is UCS-2. */
  readonly not_gsm: readonly string[];
  /** What it costs, in USD, negative; null until the carrier has said so. */
  readonly price: string | null;
  readonly price_unit: 'USD';
  /** Of an inbound text: what the carrier has taken care of, and what the number's SMS URL answered. */
  readonly opt_out: OptOut | null;
  readonly webhook: Webhook | null;
  readonly received_at: string;
}

interface MailEnvelope {
  readonly channel: 'email';
  readonly id: string;
  /** The addresses of the SMTP envelope, comma-separated. */
  readonly to: string;
  readonly from: string;
  readonly subject: string;
  readonly message_id: string | null;
  /** Of the notification; null where no header says it. */
  readonly type: string | null;
  readonly status: 'delivered';
  readonly size: number;
  readonly received_at: string;
}

/** A mail in a list that wants no more than that. */
export interface MailSummary extends MailEnvelope {
  /** How its text begins. */
  readonly preview: string;
}

/** A mail as the dev API shows it. */
export interface MailView extends MailEnvelope, MailContent {
  /** By lower-case name; a field that comes several times is a list. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly links: readonly Link[];
  /** What is wrong with it for those who get it. */
  readonly warnings: readonly Warning[];
}

/** What a browser shows, as the dev API shows it. */
export interface PushView {
  readonly channel: 'push';
  readonly id: string;
  /** The id of the device. */
  readonly to: string;
  readonly device_name: string;
  readonly tag: string;
  readonly type: string | null;
  readonly title: string;
  readonly body: string;
  readonly action_url: string | null;
  /** Everything that the browser got. */
  readonly payload: unknown;
  /** Seconds. */
  readonly ttl: number;
  readonly urgency: string;
  readonly topic: string | null;
  /** How often it came; each time it took the place of the one before. */
  readonly times: number;
  readonly received_at: string;
}

export type MessageView = TextView | MailView | PushView;

export async function viewOf(message: Message, reader: MailReader): Promise<MessageView> {
  if (message.channel === 'sms') return textView(message);
  if (message.channel === 'push') return pushView(message);
  const content = await reader.read(message);
  const links = linksIn(content.html ?? '');
  const warnings = warningsOf(message, content);
  return { ...envelope(message), ...content, headers: headerView(message), links, warnings };
}

export async function summaryOf(
  message: Message,
  reader: MailReader,
): Promise<TextView | MailSummary | PushView> {
  if (message.channel === 'sms') return textView(message);
  if (message.channel === 'push') return pushView(message);
  const { text } = await reader.read(message);
  const preview = (text ?? '')
    .slice(0, 4 * PREVIEW)
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, PREVIEW);
  return { ...envelope(message), preview };
}

function textView(message: TextMessage): TextView {
  return {
    channel: 'sms',
    id: message.id,
    direction: message.direction,
    to: message.to,
    from: message.from,
    text: message.text,
    body: message.text,
    status: message.status,
    error_code: message.errorCode,
    error_message: message.errorMessage ?? carrierErrorMessage(message.errorCode),
    segments: message.segments,
    parts: partsOf(message.text),
    encoding: message.encoding,
    not_gsm: notGsmIn(message.text),
    price: message.price,
    price_unit: 'USD',
    opt_out: message.optOut,
    webhook: message.webhook,
    received_at: new Date(message.receivedAt).toISOString(),
  };
}

const pushView = ({ deviceName, actionUrl, payload, receivedAt, ...rest }: PushMessage): PushView => ({
  ...rest,
  device_name: deviceName,
  action_url: actionUrl,
  payload: JSON.parse(payload),
  received_at: new Date(receivedAt).toISOString(),
});

function envelope(mail: MailMessage): MailEnvelope {
  return {
    channel: 'email',
    id: mail.id,
    to: mail.to.join(', '),
    from: mail.from,
    subject: mail.subject,
    message_id: mail.messageId,
    type: typeOf(mail),
    status: 'delivered',
    size: mail.raw.length,
    received_at: new Date(mail.receivedAt).toISOString(),
  };
}

function headerView(mail: MailMessage): Record<string, string | string[]> {
  const fields = [...headersOf(mail.raw)].map(([name, values]) => {
    const decoded = values.map(decodeWords);
    return [name, decoded.length === 1 ? (decoded[0] ?? '') : decoded] as const;
  });
  return Object.fromEntries(fields);
}
