import type { Message } from '../src/sandbox/message.js';

/**
 * Each notification has an order number of its own, which the words of every channel repeat: whatever arrives
 * says which notification it is.
 */
const FORM = /ORD2026([0-9A-Z]{8})/;

export const markerOf = (seq: number) => `ORD2026${seq.toString(36).toUpperCase().padStart(8, '0')}`;

/** The notification's number; undefined where the text names none. */
export function seqIn(text: string): number | undefined {
  const digits = FORM.exec(text)?.[1];
  return digits === undefined ? undefined : parseInt(digits, 36);
}

/** The number of the notification that a text or a mail is of. */
export function seqOf(message: Message): number | undefined {
  if (message.channel === 'sms') return seqIn(message.text);
  if (message.channel === 'push') return seqIn(message.body) ?? seqIn(message.title);
  // Long lines of a mail are broken by `=` and a line's end.
  return seqIn(message.subject) ?? seqIn(message.raw.toString('latin1').replaceAll('=\r\n', ''));
}

/** What a service posts to tell person `person` of it: words for any type of the templates. */
export function notificationOf(seq: number, person: number, type: string): string {
  const marker = markerOf(seq);
  const order = { id: marker, order_number: marker, pickup_date: '2026-01-05', total_amount: '500.00' };
  const payment = { id: `PAY${marker}`, amount: '500.00', transaction_id: `T${seq}` };
  const partner = { name: 'Clean & Co', phone: '+919812345678' };
  return JSON.stringify({ type, user: userIdOf(person), context: { order, payment, partner } });
}

/** People are numbers too, and their addresses say which. */
export const personOf = (seq: number, users: number) => seq % users;
export const userIdOf = (person: number) => `person-${person}`;
export const phoneOf = (person: number) => `+91${9_800_000_000 + person}`;
export const emailOf = (person: number) => `person-${person}@bench.example`;

const ADDRESS = /^(?:\+9198|person-)(\d+)/;

/** The person whose phone, address or id this is; -1 for nobody of ours. */
export const personBehind = (address: string) => Number(ADDRESS.exec(address)?.[1] ?? -1);
