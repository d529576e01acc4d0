import { describe, expect, it } from 'vitest';
import { check } from './syntax.js';

const html = (source: string) => check(source, 'html').problems?.map(({ reason }) => reason);
const url = (source: string) => check(source, 'url').problems?.map(({ reason }) => reason);

describe('the HTML of a message', () => {
  it.each([
    '<h1>Hello {{ name }}</h1><p>Text<br>more<br/></p>',
    '<table class="facts"><tr><th>Order</th><td>{{ a }}</td></tr></table>',
    '<a class="button" href="{{ action_url }}">Go</a>',
    '<a href="/orders/{{ a }}?from={{ b }}">Go</a>',
    '<a href="{{ site }}/orders/{{ a }}">Go</a>',
    "<a href='mailto:{{ address }}' title='{{ a }}'>Write</a>",
    '<img src="https://example.com/{{ a }}.png" alt="{{ b }}" width="20">',
    '{% if a %}<p>yes</p>{% else %}<p>no</p>{% endif %}',
    '<p>{% if a %}<b>{{ a }}</b>{% endif %}</p>',
    '<ul>{% for a in b %}<li>{{ a }}</li>{% endfor %}</ul>',
    '<p style="color: #333">a &lt; b &amp; c</p><!-- note -->',
  ])('may be: %s', (source) => {
    expect(html(source)).toBeUndefined();
  });

  it.each([
    ['<script>alert(1)</script>', '<script> is not allowed in a message'],
    ['<iframe src="https://a.b"></iframe>', '<iframe> is not allowed in a message'],
    ['<form action="/x"></form>', '<form> is not allowed in a message'],
    ['<style>a{}</style>', '<style> is not allowed in a message'],
    ['<svg onload="x"></svg>', '<svg> is not allowed in a message'],
    ['<p onclick="x">a</p>', 'the attribute onclick is not allowed in a message'],
    ['<p class=a>a</p>', 'the attributes of <p> are written name="value"'],
    ['<img src="x" onerror=alert(1)>', 'a link begins with https://, http://, mailto:, / or #'],
    ['<a href="javascript:alert(1)">a</a>', 'a link begins with https://, http://, mailto:, / or #'],
    ['<a href="&#106;avascript:x">a</a>', 'a link begins with https://, http://, mailto:, / or #'],
    ['<a href=" javascript:x">a</a>', 'a link begins with https://, http://, mailto:, / or #'],
    ['<a href="data:text/html,x">a</a>', 'a link begins with https://, http://, mailto:, / or #'],
    ['<a href="//evil.example">a</a>', 'a link begins with https://, http://, mailto:, / or #'],
    ['<a href="java{{ a }}">a</a>', 'a link begins with https://, http://, mailto:, / or #'],
    ['<a href="{{ a }}script:x">a</a>', 'after a variable that begins a link comes /, ?, # or &, or the end'],
    ['<p style="background: url(https://a.b)">a</p>', 'a style may not load anything'],
    ['<p style="background: u&#114;l(https://a.b)">a</p>', 'a style may not load anything'],
    ['<p>a', '<p> is not closed'],
    ['a</p>', '</p> closes nothing'],
    ['<p><b>a</p></b>', '</p> closes nothing: <b> is open'],
    ['<p class="a', '<p> is not finished'],
    ['<{{ a }}>', 'a < that begins no tag is written &lt;'],
    ['1 < 2', 'a < that begins no tag is written &lt;'],
    ['<!-- {{ a }} -->', 'a comment ends with --> before the next variable'],
  ])('may not be: %s', (source, reason) => {
    expect(html(source)).toContain(reason);
  });

  it.each(['<p {{ a }}>b</p>', '<p class="{{ a }}">b</p>', '<p style="{{ a }}">b</p>'])(
    'has variables in safe places only, not as in %s',
    (source) => {
      expect(html(source)).toContain(
        'a variable stands in text or in the quoted value of href, src, alt or title only',
      );
    },
  );

  it.each([
    '{% if a %}<p>{% endif %}b</p>',
    '<p>{% if a %}b</p>{% else %}c{% endif %}',
    '<a href="{% if a %}/b"{% endif %}>c</a>',
  ])('is the same place after both ways of an if, not as in %s', (source) => {
    expect(html(source)).toContain(
      'both ways of an if must leave the HTML in the same place: close what you open',
    );
  });

  it('is the same place after each turn of a loop', () => {
    expect(html('{% for a in b %}<p>{% endfor %}')).toContain(
      'a loop must leave the HTML where it found it: close what you open',
    );
  });
});

describe('the link of a template', () => {
  it.each([
    '/orders/{{ order.id }}',
    '{{ link }}',
    'https://example.com/a?b={{ c }}',
    '{{ a | default("/x") }}',
  ])('may be: %s', (source) => {
    expect(url(source)).toBeUndefined();
  });

  it.each(['javascript:alert(1)', 'orders/1', '//evil.example', '{{ scheme }}:x', '{% if a %}/b{% endif %}'])(
    'may not be: %s',
    (source) => {
      expect(url(source)).toHaveLength(1);
    },
  );
});
