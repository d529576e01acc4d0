import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layOut, type Letter, subjectLine } from './email.layout.js';

const letter = (change: Partial<Letter> = {}): Letter => ({
  subject: 'Your order is confirmed',
  html: '<h1>Confirmed</h1><p>Hello</p>',
  text: 'Hello',
  brand: 'Laundry & Co',
  site: 'https://shop.example',
  unsubscribeUrl: null,
  preferencesUrl: 'https://notify.example/preferences/ghi.jkl',
  ...change,
});

describe('the layout of a mail', () => {
  it('puts the styles of the words into their tags', () => {
    const { html } = layOut(
      letter({
        html: '<a class="button" href="/x">Go</a><table class="facts"><tr><th>Order</th></tr></table>',
      }),
    );
    expect(html).toMatch(/<a class="button"[^>]*style="[^"]*background-color: #0f766e/);
    expect(html).toMatch(/<th style="[^"]*border-bottom/);
    expect(html.match(/<style>/g)).toHaveLength(1);
    expect(html).toContain('prefers-color-scheme: dark');
  });

  it('speaks the language of the words, and English where it has no other', () => {
    const hindi = layOut(letter({ locale: 'hi-IN', unsubscribeUrl: 'https://notify.example/u/abc' }));
    expect(hindi.html).toContain('<html lang="hi"');
    expect(hindi.html).toContain('ऐसे ई-मेल पाना बंद करें');
    expect(hindi.text).toContain('चुनें कि आपको क्या मिले: https://notify.example/preferences/ghi.jkl');
    for (const locale of [undefined, 'fr']) {
      const { html, text } = layOut(letter(locale === undefined ? {} : { locale }));
      expect(html).toContain('<html lang="en"');
      expect(text).toContain('Choose what you get: ');
    }
  });

  it('escapes what is no markup: brand, subject and preview', () => {
    const { html } = layOut(letter({ subject: 'a <b> & "c"', text: '<script>Ram & Sons</script>' }));
    expect(html).toContain('<title>a &lt;b&gt; &amp; &quot;c&quot;</title>');
    expect(html).toContain('&lt;script&gt;Ram &amp; Sons&lt;/script&gt;');
    expect(html).toContain('Laundry &amp; Co');
    expect(html).not.toContain('<script>');
  });

  it('is not broken by words that look like its own places or like replacement patterns', () => {
    const words = "{{why}} {{subject}} $& $1 $' {{body}}";
    const { html, text } = layOut(
      letter({ html: `<p>${words}</p>`, text: words, brand: words, subject: words }),
    );
    expect(html).toContain(`>${words.replace('&', '&amp;')}</p>`);
    expect(text.startsWith(words)).toBe(true);
    expect(html).toContain('You get this e-mail because');
  });

  it.each([
    '</div></td></tr></table>',
    '<table><tr><td>',
    '</body></html>',
    '<p><b>open',
    '<!-- open',
    '<style>',
  ])('stays whole around broken markup: %s', (broken) => {
    const { html } = layOut(letter({ html: `<p>before</p>${broken}` }));
    const foot = html.slice(html.indexOf('class="foot"'));
    expect(html).toContain('before</p>');
    expect(foot).toContain('You get this e-mail because');
    expect(html.match(/<\/body>/g)).toHaveLength(1);
    expect(html.match(/<table/g)?.length).toBe(html.match(/<\/table>/g)?.length);
  });

  it('says why it came, and how to have no more of it where that is possible', () => {
    const url = 'https://notify.example/u/abc.def';
    const optional = layOut(letter({ unsubscribeUrl: url }));
    expect(optional.html).toContain(`<a href="${url}"`);
    expect(optional.text).toBe(
      `Hello\n\n-- \nYou get this e-mail because you have an account with Laundry & Co.\n` +
        `Unsubscribe from e-mails like this: ${url}\n` +
        'Choose what you get: https://notify.example/preferences/ghi.jkl\n',
    );
    const needed = layOut(letter());
    expect(needed.html + needed.text).not.toContain('nsubscribe');
    expect(needed.html).toContain('href="https://notify.example/preferences/ghi.jkl"');
  });

  it('makes the links of the site whole in both parts, and leaves others alone', () => {
    const { html, text } = layOut(
      letter({
        html: '<a href="/orders/1?a=1&amp;b=2">1</a><a href="https://x.example/y">2</a><img src="logo.png"><a href="#top">3</a>',
        text: 'See /orders/1?a=1&b=2. Or https://x.example/y, and/or /other',
      }),
    );
    expect(html).toContain('href="https://shop.example/orders/1?a=1&amp;b=2"');
    expect(html).toContain('href="https://x.example/y"');
    expect(html).toContain('src="https://shop.example/logo.png"');
    expect(html).toContain('href="#top"');
    expect(text).toContain(
      'See https://shop.example/orders/1?a=1&b=2. Or https://x.example/y, and/or /other\n',
    );
  });

  it.each([
    'javascript:alert(1)',
    'JavaScript:alert(1)',
    'data:text/html,x',
    '//evil.example/x',
    'vbscript:x',
  ])('lets no link do anything but lead to a page: %s', (link) => {
    expect(layOut(letter({ html: `<a href="${link}">x</a>` })).html).toContain('href="#"');
  });

  it('keeps every word of the body, whatever it is', () => {
    const words = fc
      .string({ unit: 'grapheme', maxLength: 100 })
      .map((text) => text.replace(/[<>&\p{C}\s]+/gu, ' ').trim());
    fc.assert(
      fc.property(words, (text) => {
        expect(layOut(letter({ html: `<p>${text}</p>` })).html).toContain(`>${text}</p>`);
      }),
    );
  });
});

describe('a subject', () => {
  it('is one line, whatever breaks lines', () => {
    expect(subjectLine(' a\r\nBcc: x\u2028y\u0085z\t\u0000 ')).toBe('a Bcc: x y z');
    const signs = fc.constantFrom(
      'a',
      ' ',
      '\r',
      '\n',
      '\t',
      '\0',
      '\u0085',
      '\u2028',
      '\u2029',
      'é',
      '🧺',
      '\u200d',
    );
    fc.assert(
      fc.property(fc.string({ unit: signs, minLength: 1, maxLength: 400, size: 'max' }), (text) => {
        const line = subjectLine(text);
        expect(line).not.toMatch(/[\r\n\p{Cc}\p{Zl}\p{Zp}]/u);
        expect(line.length).toBeLessThanOrEqual(250);
      }),
    );
  });

  it('is cut between characters as people see them', () => {
    const family = '👨‍👩‍👧‍👦';
    const line = subjectLine(`${'x'.repeat(245)}${family}${family}`);
    expect(line).toBe(`${'x'.repeat(245)}…`);
  });
});
