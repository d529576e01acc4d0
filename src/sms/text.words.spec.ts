import { describe, expect, it } from 'vitest';
import { Dlt } from './dlt.js';
import { DltSettings } from './dlt.settings.js';
import { TextWords } from './text.words.js';

const wordsWith = (preferenceLink: string, mode: string) =>
  new TextWords(
    { maxSegments: 3 } as never,
    { preferenceLink } as never,
    new Dlt(new DltSettings({})),
    { estimate: (_: string, measured: object) => measured } as never,
    { mode } as never,
  );
const words = wordsWith('off', 'sandbox');
const ABOUT = {
  to: '+919876543210',
  type: 'order_ready',
  category: 'order',
  priority: 'normal',
  locale: 'en',
} as const;
const prepare = (text: string, options = {}) => words.prepare({ ...ABOUT, content: { text }, options });

describe('the words of a text message', () => {
  it('are counted', () => {
    expect(prepare('Hello')).toEqual({
      content: { text: 'Hello' },
      estimate: { segments: 1, encoding: 'GSM-7' },
    });
    expect(prepare('नमस्ते').estimate).toEqual({ segments: 1, encoding: 'UCS-2' });
  });

  it('end in a way out where one is wanted, unless it would lead a real phone to this machine', () => {
    const said = (mode: string, host: string, wanted = 'optional') => {
      const wayOut = () => `${host}/s/0`;
      return wordsWith(wanted, mode).prepare({ ...ABOUT, content: { text: 'Hi' }, options: {}, wayOut })
        .content.text;
    };
    const [here, there] = ['http://localhost:3000', 'https://n.example.com'];
    expect(said('live', there)).toBe('Hi Stop: https://n.example.com/s/0');
    expect(said('sandbox', here)).toBe('Hi Stop: http://localhost:3000/s/0');
    expect(said('live', here)).toBe('Hi');
    expect(said('live', 'http://127.0.0.1:3000')).toBe('Hi');
    expect(said('live', there, 'off')).toBe('Hi');
  });

  it('are tidied, and what was changed is told', () => {
    const { content, estimate, changes } = prepare(`“Hi”\u00a0₹500 ${'a'.repeat(70)}`);
    expect(content.text).toMatch(/^"Hi" Rs\. 500 a/);
    expect(estimate).toEqual({ segments: 1, encoding: 'GSM-7' });
    expect(changes).toMatchObject([
      {
        rule: 'tidied',
        saved: 1,
        detail:
          'Replaced “ at 1 by ", ” at 4 by ", U+00A0 at 5 by a blank, ₹ at 6 by Rs.: ' +
          'so the text is GSM-7 and takes 1 segment instead of 2.',
        replaced: [{ part: 'text', character: '“', place: 1, becomes: '"' }, {}, {}, {}],
      },
    ]);
    expect(prepare(`a\u200bb`).changes?.[0]?.detail).toBe(
      'Replaced U+200B at 2 by nothing: so the text is GSM-7 and takes 1 segment, as before.',
    );
    expect(prepare('’'.repeat(20)).changes?.[0]?.detail).toContain(', 12 more: so');
  });

  it('stay as they are where the template wants it', () => {
    const kept = prepare('“Hi”', { tidy: false });
    expect(kept).toEqual({ content: { text: '“Hi”' }, estimate: { segments: 1, encoding: 'UCS-2' } });
  });

  it('are refused when they take more segments than allowed, with the numbers and the cure', () => {
    const { refusal, estimate } = prepare('a'.repeat(465));
    expect(estimate.segments).toBe(4);
    expect(refusal).toEqual({
      rule: 'too_long',
      fault: 'content',
      detail:
        'The text takes 4 segments of GSM-7, and 3 are allowed. Shorten it by 6 characters, or allow more: ' +
        'options.sms.max_segments of the template, or SMS_MAX_SEGMENTS.',
    });
    expect(prepare('a'.repeat(459)).refusal).toBeUndefined();
    expect(prepare('क'.repeat(202)).refusal?.detail).toMatch(/4 segments of UCS-2.* by 1 character,/);
  });

  it('may take what the template allows', () => {
    expect(prepare('a'.repeat(460), { max_segments: 4 }).refusal).toBeUndefined();
    expect(prepare('a'.repeat(171), { max_segments: 1 }).refusal?.detail).toMatch(/1 is allowed.*by 11 /);
  });

  it.each([
    [{ tidy: true, max_segments: 10 }, []],
    [{ tidy: 'yes' }, ['tidy must be true or false']],
    [{ max_segments: 11 }, ['max_segments must be a whole number from 1 to 10']],
    [{ max_segments: 1.5, tydi: 1 }, ['max_segments must', 'tydi is no option of a text: there are tidy']],
  ])('know what is wrong with the options %j', (options, expected) => {
    const found = words.wrongOptions(options).map(({ option, detail }) => `${option} ${detail}`);
    expect(found).toEqual(expected.map((text) => expect.stringContaining(text) as string));
  });
});
