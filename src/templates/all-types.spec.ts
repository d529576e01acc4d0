import { beforeAll, describe, expect, it } from 'vitest';
import { SegmentedMessage } from 'sms-segments-calculator';
import { withUser } from './example.user.js';
import { compileWords, type Filled, fill } from './renderer.js';
import { type Definitions, readTemplateFiles } from './template.files.js';

const FOLDER = new URL('../../templates', import.meta.url).pathname;

const TYPES = {
  order: [
    ...['order_created', 'order_confirmed', 'order_picked_up', 'order_in_progress', 'order_ready'],
    ...['order_out_for_delivery', 'order_delivered', 'order_cancelled'],
  ],
  payment: ['payment_initiated', 'payment_completed', 'payment_failed', 'payment_refunded'],
  refund: ['refund_requested', 'refund_processing', 'refund_completed', 'refund_failed'],
  partner: ['partner_assigned', 'partner_approved', 'new_order_assigned'],
  account: ['welcome', 'account_verified', 'password_changed'],
  general: ['general'],
  promotion: ['promotion'],
};
const all = Object.values(TYPES).flat();

const WANTED = [
  { channel: 'sms', parts: ['text'] },
  { channel: 'email', parts: ['subject', 'html', 'text'] },
  { channel: 'push', parts: ['title', 'body'] },
];

const LANGUAGES = ['en', 'hi', 'ta'];
const CRITICAL = [
  ...['order_confirmed', 'order_out_for_delivery', 'order_delivered'],
  ...['payment_completed', 'refund_completed'],
];
const everywhere = [
  ...all.flatMap((type) => [
    { type, locale: 'en' },
    { type, locale: 'hi' },
  ]),
  ...CRITICAL.map((type) => ({ type, locale: 'ta' })),
];
const SITE = { frontendUrl: 'https://www.example.com', country: 'IN' };
const BEGINS = {
  en: /^LaundryConnect: [A-Z]/,
  hi: /^LaundryConnect: /,
  ta: /^LaundryConnect: \p{Script=Tamil}/u,
};
const GREETS = { en: 'Hello Priya,', hi: 'नमस्ते Priya,', ta: 'வணக்கம் Priya,' };
const GREETS_NOBODY = { en: 'Hello there,', hi: 'नमस्ते जी,', ta: 'வணக்கம் அன்பரே,' };
type Locale = keyof typeof BEGINS;

describe('the templates that come with the service', () => {
  let definitions: Definitions;
  const filled = new Map<string, Filled>();
  const of = (type: string, locale = 'en'): Filled => {
    const found = filled.get(`${type} ${locale}`);
    if (!found) throw new Error(`${type} was not filled in`);
    return found;
  };
  beforeAll(async () => {
    definitions = await readTemplateFiles(FOLDER, () => [], WANTED);
    for (const { name, words, example } of definitions.types) {
      for (const [locale, written] of words) {
        const made = fill(compileWords(written), locale, withUser(example), WANTED, SITE);
        filled.set(`${name} ${locale}`, made);
      }
    }
  });

  it('are the 24 types in their categories, with nothing to warn of', () => {
    const byCategory = Object.fromEntries(Object.keys(TYPES).map((name) => [name, [] as string[]]));
    for (const { category, name } of definitions.types) byCategory[category]?.push(name);
    expect(byCategory).toEqual(TYPES);
    expect(all).toHaveLength(24);
    expect(definitions.warnings).toEqual([]);
  });

  it('say what silence means, what may be unsubscribed and what is never sent twice', () => {
    const said = definitions.categories.map(({ name, optional, consent, guarantee }) => [
      ...[name, optional, consent, guarantee],
    ]);
    expect(Object.fromEntries(said.map(([name, ...rest]) => [name, rest]))).toEqual({
      order: [true, 'opt-out', 'at_least_once'],
      payment: [false, 'opt-out', 'at_least_once'],
      refund: [false, 'opt-out', 'at_least_once'],
      partner: [true, 'opt-out', 'at_least_once'],
      account: [false, 'opt-out', 'at_least_once'],
      general: [true, 'opt-out', 'at_least_once'],
      promotion: [true, 'opt-in', 'at_most_once'],
    });
  });

  it('know which types are critical', () => {
    const critical = definitions.types.filter(({ priority }) => priority === 'critical');
    expect(critical.map(({ name }) => name).sort()).toEqual([...CRITICAL].sort());
    expect(definitions.types.find(({ name }) => name === 'promotion')?.priority).toBe('bulk');
  });

  it('speak English and Hindi, and Tamil where they are critical', () => {
    const spoken = definitions.types.flatMap(({ name, words }) =>
      [...words.keys()].map((one) => `${name} ${one}`),
    );
    expect(spoken.sort()).toEqual(everywhere.map(({ type, locale }) => `${type} ${locale}`).sort());
    expect([...new Set(everywhere.map(({ locale }) => locale))]).toEqual(LANGUAGES);
  });

  it.each(everywhere)('$type ($locale) has words for every channel', ({ type, locale }) => {
    const { title, message, actionUrl, parts, missingChannels } = of(type, locale);
    expect(missingChannels).toEqual([]);
    const texts = [title, message, ...Object.values(parts).flatMap((one) => Object.values(one))];
    for (const text of texts) {
      expect(text).not.toMatch(/undefined|null|NaN|\{\{|\}\}|\{%| {2}\S+ {2}/);
      expect(text).toBe(text.trim());
      expect(text.length).toBeGreaterThan(5);
    }
    expect(actionUrl).toMatch(/^\/[a-z]/);
  });

  it.each(everywhere)('$type ($locale) leads to the same place in every language', ({ type, locale }) => {
    expect(of(type, locale).actionUrl).toBe(of(type).actionUrl);
  });

  it.each(everywhere)('$type ($locale) takes two segments at most as a text message', ({ type, locale }) => {
    const text = of(type, locale).parts['sms']?.['text'] ?? '';
    expect(text).toMatch(BEGINS[locale as Locale]);
    expect(new SegmentedMessage(text).segmentsCount).toBeLessThanOrEqual(2);
    expect(text).not.toMatch(/\n|\.\.|।\.|  /);
  });

  it.each(all)('%s is one segment of GSM-7 as a text message', (type) => {
    const text = of(type).parts['sms']?.['text'] ?? '';
    const message = new SegmentedMessage(text);
    expect(message.encodingName).toBe('GSM-7');
    expect(message.segmentsCount).toBe(1);
    expect(text).not.toMatch(/[\n₹]|\.\./);
  });

  it.each(everywhere)(
    '$type ($locale) is a mail that can be read as HTML and as text',
    ({ type, locale }) => {
      const { subject = '', html = '', text = '' } = of(type, locale).parts['email'] ?? {};
      expect(subject.length).toBeLessThanOrEqual(70);
      expect(html).toMatch(/^<h1>/);
      expect(html).toContain('<a class="button" href="https://www.example.com/');
      expect(text).toContain(GREETS[locale as Locale]);
      expect(text).toMatch(/https:\/\/www\.example\.com\//);
      expect(text).not.toMatch(/<|&amp;|\n\n\n/);
      expect(subject + html + text).not.toMatch(/Rs\./);
    },
  );

  it.each(everywhere)('$type ($locale) is short enough for a phone', ({ type, locale }) => {
    const { title = '', body = '' } = of(type, locale).parts['push'] ?? {};
    expect(title.length).toBeLessThanOrEqual(50);
    expect(body.length).toBeLessThanOrEqual(120);
  });

  it('need only what a platform surely has', () => {
    const least = {
      user: { first_name: '' },
      order: { order_number: 'ORD20260103A123' },
      payment: { id: 'PAY20260103K7Q2M9XA', amount: 500 },
      refund: { id: 'REF20260106T5W8Z2QC', amount: 500 },
      partner: { name: 'Sparkle Laundry' },
      title: 'A title',
      message: 'A message.',
    };
    for (const [locale, words] of definitions.types.flatMap((type) => [...type.words])) {
      const { parts } = fill(compileWords(words), locale, least, WANTED, SITE);
      const text = parts['sms']?.['text'] ?? '';
      expect(text).not.toMatch(/ [.,।]|\.\.| {2}/);
      expect(parts['email']?.['text']).toContain(GREETS_NOBODY[locale as Locale]);
    }
  });
});
