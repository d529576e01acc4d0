import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DomainError } from '../http/domain.error.js';
import { compileWords, fill, RefusedWords } from './renderer.js';
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

describe('limits', () => {
  it.each([
    [
      'a list that is walked through too often',
      '{% for a in x %}{% for b in x %}{{ "y" }}{% endfor %}{% endfor %}',
      { x: Array(2000).fill(1) },
      'context.too-large',
    ],
    [
      'a text that grows too long',
      '{% for a in x %}{{ b }}{% endfor %}',
      { x: Array(100).fill(1), b: 'x'.repeat(2000) },
      'template.too-long',
    ],
  ])('stop %s', (_, source, context, code) => {
    expect(failure(() => text(source, context)).code).toBe(code);
  });

  it.each([
    ['a class instance', { a: new Date() }],
    ['a function', { a: () => 1 }],
    ['a symbol', { a: Symbol('x') }],
    ['a bigint', { a: 1n }],
    ['not a number', { a: Number.NaN }],
    ['a Map', { a: new Map() }],
    ['too many values', { a: Array(5001).fill(1) }],
    ['too much text', { a: 'x'.repeat(100_001) }],
    ['too deep nesting', { a: [[[[[[[[[[[]]]]]]]]]]] }],
  ])('keep %s out', (_, context) => {
    expect(failure(() => text('x', context)).code).toBe('context.unusable');
  });

  it('say where in the context it is', () => {
    const error = failure(() => text('x', { a: [{ 'b/c': new Date() }] }));
    expect(error.errors[0]?.pointer).toBe('/context/a/0/b~1c');
  });

  it('hold for what is no object', () => {
    for (const context of [null, [], 'x', 1]) {
      expect(failure(() => text('x', context as never)).code).toBe('context.unusable');
    }
  });
});

describe('a template that is refused', () => {
  it('names part, line and column of everything', () => {
    const words = wordsOf({
      title: '{{ a() }}',
      channels: { mail: { html: '<p>\n{{ x | safe }}', text: '{{ b' } },
    });
    try {
      compileWords(words);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(RefusedWords);
      expect((error as Error).message.split('\n')).toEqual([
        'title, line 1, column 5: a call is not allowed',
        'mail.html, line 2, column 8: there is no filter "safe".',
        'mail.html, line 1, column 1: <p> is not closed',
        'mail.text, line 1, column 1: expected variable end',
      ]);
    }
  });
});

describe('whatever a context holds', () => {
  const anyText = fc.oneof(
    fc.string(),
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('&amp;', '<script>', '{{ a }}', '\\', '$&', "'"),
  );

  it('a text arrives unchanged in text parts, and back from HTML', () => {
    fc.assert(
      fc.property(anyText, (a) => {
        expect(text('[{{ a }}]', { a })).toBe(`[${a}]`);
        const html = part('html', '<p>{{ a }}</p>', { a }) ?? '';
        const inside = html.slice(3, -4);
        expect(inside).not.toMatch(/[<>"']/);
        expect(unescaped(inside)).toBe(a);
        expect(part('subject', '{{ a }}', { a })).not.toMatch(/[\r\n\u2028\u2029]/);
      }),
    );
  });

  it('a piece of a link stays that piece', () => {
    fc.assert(
      fc.property(anyText, (a) => {
        const { actionUrl } = render({ actionUrl: '/orders/{{ a }}' }, { a });
        expect(decodeURIComponent(actionUrl?.slice('/orders/'.length) ?? '')).toBe(a);
        expect(new URL(actionUrl ?? '', 'https://app.example.com').origin).toBe('https://app.example.com');
      }),
    );
  });

  it('nothing but our own error is ever thrown', () => {
    const words = compileWords(
      wordsOf({
        title: '{{ a.b }}{{ a["toString"] | default("") }}',
        message:
          '{% for x in list %}{{ x }}{{ x.y | default("") }}{% endfor %}{% if a == list or b > 1 %}z{% endif %}',
        actionUrl: '{{ link }}',
        channels: {
          any: {
            html: '<a href="{{ link }}" title="{{ b }}">{{ b | money }}{{ b | date }}{{ list | join }}</a>',
            text: '{{ b | truncate(5) | title }}{{ b | round(2) }}{{ list | length }}{{ b | date("time") }}{{ b | rupees }}',
          },
        },
      }),
    );
    const wanted = [{ channel: 'any', parts: ['html', 'text'] }];
    const value = fc.oneof(fc.jsonValue(), fc.anything(), anyText, fc.double(), fc.date().map(String));
    const user = fc.record({ time_zone: value });
    fc.assert(
      fc.property(
        fc.record({ a: value, b: value, list: value, link: value, user }),
        fc.string(),
        (context, locale) => {
          try {
            fill(words, locale, context, wanted, SITE);
          } catch (error) {
            expect(error).toBeInstanceOf(DomainError);
            expect((error as DomainError).status).toBe(422);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('no source makes the compiler throw anything but a refusal', () => {
    const piece = fc.constantFrom(
      ...[
        '{{',
        '}}',
        '{%',
        '%}',
        '{#',
        '#}',
        ' ',
        'a',
        '.b',
        '["c"]',
        '|',
        'default("x")',
        'if',
        'for',
        'in',
        'endif',
      ],
      ...[
        'endfor',
        'else',
        '(',
        ')',
        '"',
        "'",
        '`',
        '\\',
        '<p',
        '>',
        '</p>',
        'href="',
        '==',
        'not',
        'is',
        'defined',
        '\n',
      ],
    );
    const source = fc.oneof(
      fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join('')),
      fc.string(),
    );
    fc.assert(
      fc.property(source, (any) => {
        try {
          compileWords(wordsOf({ title: any, message: any, actionUrl: any, channels: { a: { html: any } } }));
        } catch (error) {
          expect(error).toBeInstanceOf(RefusedWords);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

const unescaped = (html: string) =>
  html
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
