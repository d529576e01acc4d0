import { describe, expect, it } from 'vitest';
import { DomainError } from '../http/domain.error.js';
import { compileWords, fill } from './renderer.js';
import type { Words } from './words.js';

const SITE = { frontendUrl: 'https://app.example.com', country: 'IN' };

const wordsOf = (words: Partial<Words>): Words => ({
  title: 'A title',
  message: 'A message',
  actionUrl: null,
  channels: {},
  ...words,
});

const wantedOf = ({ channels }: Words) =>
  Object.entries(channels).map(([channel, parts]) => ({ channel, parts: Object.keys(parts) }));

function render(words: Partial<Words>, context: Record<string, unknown>, locale = 'en') {
  const all = wordsOf(words);
  return fill(compileWords(all), locale, context, wantedOf(all), SITE);
}

/** One text, of a part with this name. */
const part = (name: string, source: string, context: Record<string, unknown>) =>
  render({ channels: { any: { [name]: source } } }, context).parts['any']?.[name];

const text = (source: string, context: Record<string, unknown> = {}) => part('text', source, context);

function failure(work: () => unknown): DomainError {
  try {
    work();
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('variables', () => {
  it('arrive as they are in text, subject and title, and escaped in HTML', () => {
    const channels = {
      mail: { subject: '{{ a }}', text: '{{ a }}', html: '<p title="{{ a }}">{{ a }}</p>' },
    };
    const { title, parts } = render({ title: '{{ a }}', channels }, { a: `Ram & "Sons" <'x'>` });
    expect(title).toBe(`Ram & "Sons" <'x'>`);
    expect(parts['mail']).toEqual({
      subject: `Ram & "Sons" <'x'>`,
      text: `Ram & "Sons" <'x'>`,
      html: '<p title="Ram &amp; &quot;Sons&quot; &lt;&#39;x&#39;&gt;">Ram &amp; &quot;Sons&quot; &lt;&#39;x&#39;&gt;</p>',
    });
  });

  it('are not read as templates themselves', () => {
    expect(text('{{ a }}', { a: '{{ 7 * 7 }}{% include "x" %}' })).toBe('{{ 7 * 7 }}{% include "x" %}');
  });

  it('that are missing are named all at once, over all parts, each with its pointer', () => {
    const channels = {
      sms: { text: '{{ order.order_number }} {{ payment.amount | rupees }}' },
      mail: { html: '<p>{% if order.paid %}x{% endif %}</p>' },
    };
    const error = failure(() =>
      render({ title: '{{ user.first_name }}', channels }, { user: {}, order: null }),
    );
    expect(error).toMatchObject({ status: 422, code: 'template.missing-variable' });
    expect(error.errors.map(({ pointer }) => pointer)).toEqual([
      '/context/user/first_name',
      '/context/order/order_number',
      '/context/payment/amount',
      '/context/order/paid',
    ]);
    expect(error.detail).toBe(
      'The context lacks user.first_name, order.order_number, payment.amount, order.paid: add them.',
    );
  });

  it('of channels that were not asked for may be missing', () => {
    const words = wordsOf({ channels: { sms: { text: '{{ a }}' }, mail: { text: '{{ b }}' } } });
    const { parts } = fill(compileWords(words), 'en', { a: 1 }, [{ channel: 'sms', parts: ['text'] }], SITE);
    expect(parts).toEqual({ sms: { text: '1' } });
  });

  it.each([
    ['{{ a | default("x") }}', 'x'],
    ['{{ a.b.c | default("x") }}', 'x'],
    ['{{ a | default(0) }}', '0'],
    ['{{ a | default(none) }}', ''],
    ['{{ a | default("x") | upper }}', 'X'],
    ['{% if a | default(false) %}y{% else %}n{% endif %}', 'n'],
    ['{% if a is defined %}y{% else %}n{% endif %}', 'n'],
    ['{% if a is not defined %}y{% else %}n{% endif %}', 'y'],
    ['{% for x in a | default("") %}x{% else %}none{% endfor %}', 'none'],
  ])('may be absent where the template says so: %s', (source, expected) => {
    expect(text(source)).toBe(expected);
    expect(text(source, { a: null })).toBe(expected);
  });

  it('that are empty give way to a default only when asked to', () => {
    expect(text('{{ a | default("x") }}', { a: '' })).toBe('');
    expect(text('{{ a | default("x", true) }}', { a: ' ' })).toBe('x');
    expect(text('{{ a | default("x", true) }}', { a: 0 })).toBe('0');
  });

  it.each(['constructor', 'toString', 'hasOwnProperty', 'valueOf', 'x'])(
    'come from the context only, never from a prototype: %s',
    (name) => {
      const inherited = Object.create({ x: 'inherited' }) as Record<string, unknown>;
      expect(() => text(`{{ a["${name}"] | default("-") }}`, { a: inherited })).toThrow();
      if (name !== 'constructor') expect(text(`{{ a["${name}"] | default("-") }}`, { a: {} })).toBe('-');
    },
  );

  it('that are lists or objects cannot be written out or compared', () => {
    const error = failure(() => text('{{ a }}{% if b == 1 %}{% endif %}{{ a | upper }}', { a: {}, b: [1] }));
    expect(error.code).toBe('template.unusable-value');
    expect(error.errors.map(({ pointer }) => pointer)).toEqual(['/context/a', '/context/b']);
  });

  it('in a loop are named with their list', () => {
    const error = failure(() =>
      text('{% for x in order.items %}{{ x.name }}{% endfor %}', { order: { items: [{}, 1] } }),
    );
    expect(error.errors.map(({ pointer }) => pointer)).toEqual(['/context/order/items/*/name']);
  });

  it('may hold null in a list', () => {
    expect(failure(() => text('{% for x in a %}{{ x }}{% endfor %}', { a: ['b', null] })).code).toBe(
      'template.missing-variable',
    );
    expect(text('{% for x in a %}{{ x | default("-") }}{% endfor %}', { a: ['b', null] })).toBe('b-');
  });
});

describe('logic', () => {
  it.each([
    ['{% if not a == 1 %}y{% else %}n{% endif %}', { a: 2 }, 'y'],
    ['{% if a and b %}y{% else %}n{% endif %}', { a: 1, b: 0 }, 'n'],
    ['{% if a == "x" or a == "y" %}y{% else %}n{% endif %}', { a: 'y' }, 'y'],
    ['{{ "one" if n == 1 else "many" }}', { n: 2 }, 'many'],
    ['{{ "one" if n == 1 }}', { n: 2 }, ''],
    ['{{ a or b }}', { a: '', b: 'x' }, 'x'],
    [
      '{% for x in a %}{{ loop.index }}/{{ loop.length }}{{ x }}{% if not loop.last %}, {% endif %}{% endfor %}',
      { a: ['p', 'q'] },
      '1/2p, 2/2q',
    ],
    [
      '{% for x in a %}{% for y in x.b %}{{ y }}{% endfor %};{% endfor %}',
      { a: [{ b: [1, 2] }, { b: [3] }] },
      '12;3;',
    ],
    ['{{ a[0].b }} {{ c["d e"] }}', { a: [{ b: 1 }], c: { 'd e': 2 } }, '1 2'],
  ])('%s', (source, context, expected) => {
    expect(text(source, context)).toBe(expected);
  });

  it('leaves no blank line behind a tag that stands alone', () => {
    expect(text('a\n{% if x %}\nb\n{% endif %}\nc', { x: true })).toBe('a\nb\nc');
  });
});

describe('lines and links', () => {
  it('subject and title have no line breaks', () => {
    const a = 'one\r\nBcc: x@example.com\u2028two\n\n three';
    expect(part('subject', '{{ a }}', { a })).toBe('one Bcc: x@example.com two three');
    expect(render({ title: 'x\n{{ a }}' }, { a }).title).toBe('x one Bcc: x@example.com two three');
    expect(render({ message: '{{ a }}' }, { a }).message).toBe(a);
  });

  it('the link is relative as it was written, and absolute inside the parts', () => {
    const words = {
      actionUrl: '/orders/{{ id }}',
      channels: { mail: { html: '<a href="{{ action_url }}">x</a>' } },
    };
    const { actionUrl, parts } = render(words, { id: 'A/1?x' });
    expect(actionUrl).toBe('/orders/A%2F1%3Fx');
    expect(parts['mail']?.['html']).toBe('<a href="https://app.example.com/orders/A%2F1%3Fx">x</a>');
  });

  it('a link of the sender goes before the one of the template', () => {
    const words = { actionUrl: '/orders/{{ id }}', message: '{{ action_url }}' };
    expect(render(words, { action_url: 'https://example.com/a?b=c' })).toMatchObject({
      actionUrl: 'https://example.com/a?b=c',
      message: 'https://example.com/a?b=c',
    });
  });

  it.each([
    'javascript:alert(1)',
    ' javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html;base64,x',
    'vbscript:x',
    'file:///etc/passwd',
    '//evil.example',
    '\\\\evil.example',
    '/\\evil.example',
    'https://a.b/ c',
    '\u0000https://a.b',
  ])('a link that is not safe is an error: %j', (a) => {
    for (const words of [
      { actionUrl: '{{ a }}' },
      { channels: { mail: { html: '<a href="{{ a }}">x</a>' } } },
    ]) {
      const error = failure(() => render(words, { a }));
      expect(error).toMatchObject({ code: 'template.unsafe-link', errors: [{ pointer: '/context/a' }] });
    }
    expect(failure(() => render({}, { action_url: a })).code).toBe('template.unsafe-link');
  });

  it.each([
    'https://example.com/x',
    'http://localhost:3000',
    'mailto:help@example.com',
    '/orders/1',
    '?a=b',
    '#top',
    'orders/1',
  ])('a link may be %s', (a) => {
    expect(part('html', '<a href="{{ a }}">x</a>', { a })).toBe(`<a href="${a}">x</a>`);
  });
});

describe('channels', () => {
  it('whose words are incomplete are listed, and their words left out', () => {
    const words = wordsOf({ channels: { mail: { subject: 's', text: '{{ missing }}' } } });
    const wanted = [
      { channel: 'mail', parts: ['subject', 'html', 'text'] },
      { channel: 'fax', parts: ['text'] },
      { channel: 'inbox', parts: [] },
    ];
    const { parts, missingChannels } = fill(compileWords(words), 'en', {}, wanted, SITE);
    expect(missingChannels).toEqual(['mail', 'fax']);
    expect(parts).toEqual({ inbox: {} });
  });
});
