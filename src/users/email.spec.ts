import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EmailFault, parseEmail } from './email.js';

describe('an address', () => {
  it.each([
    ['asha@example.com', 'asha@example.com'],
    [' asha@Example.COM ', 'asha@example.com'],
    ['Asha.Rao+laundry@example.co.in', 'Asha.Rao+laundry@example.co.in'],
    ['asha@bücher.example', 'asha@xn--bcher-kva.example'],
    ['asha@उदाहरण.भारत', 'asha@xn--p1b6ci4b4b3a.xn--h2brj9c'],
    ["o'hara@example.com", "o'hara@example.com"],
  ])('%j is kept as %j', (raw, address) => {
    expect(parseEmail(raw)).toEqual({ ok: true, address });
  });

  it.each<[EmailFault, string]>([
    ['email.empty', ' '],
    ['email.not-single', 'a@example.com,b@example.com'],
    ['email.not-single', 'a@example.com;b@example.com'],
    ['email.not-single', 'Asha <asha@example.com>'],
    ['email.not-single', 'asha@example.com\r\nBcc: x@example.com'],
    ['email.not-single', '"asha rao"@example.com'],
    ['email.not-single', 'asha\u200b@example.com'],
    ['email.malformed', 'asha'],
    ['email.malformed', '@example.com'],
    ['email.malformed', 'a@b@example.com'],
    ['email.malformed', '.asha@example.com'],
    ['email.malformed', 'as..ha@example.com'],
    ['email.malformed', 'ashä@example.com'],
    ['email.domain', 'asha@'],
    ['email.domain', 'asha@localhost'],
    ['email.domain', 'asha@127.0.0.1'],
    ['email.domain', 'asha@0x7f.1'],
    ['email.domain', 'asha@[127.0.0.1]'],
    ['email.domain', 'asha@-example.com'],
    ['email.domain', 'asha@example..com'],
    ['email.domain', 'asha@ex%61mple.com'],
    ['email.domain', 'asha@example.com/path'],
    ['email.too-long', `${'a'.repeat(65)}@example.com`],
    [
      'email.too-long',
      `a@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.${'e'.repeat(60)}.${'f'.repeat(20)}.com`,
    ],
  ])('is refused as %s: %j', (code, raw) => {
    expect(parseEmail(raw)).toMatchObject({ ok: false, code });
  });

  it('that is good is ASCII on one line and parses back to itself, whatever came in', () => {
    const part = fc.string({ unit: 'grapheme', maxLength: 20 });
    const like = fc.tuple(part, part, part).map(([a, b, c]) => `${a}@${b}.${c}`);
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), like, fc.emailAddress()), (raw) => {
        const parsed = parseEmail(raw);
        if (!parsed.ok) return parsed.reason.length > 0;
        const again = parseEmail(parsed.address);
        return /^[\x21-\x7e]{3,254}$/.test(parsed.address) && again.ok && again.address === parsed.address;
      }),
      { numRuns: 3000 },
    );
  });
});
