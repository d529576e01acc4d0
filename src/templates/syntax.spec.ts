import { describe, expect, it } from 'vitest';
import { check, type PartKind } from './syntax.js';

const reasons = (source: string, kind: PartKind = 'text') =>
  check(source, kind).problems?.map(({ reason }) => reason);

/** Each of them did something in plain nunjucks: ran code, read a file, hung, or looked where it must not. */
const HOSTILE = [
  // constructors, by dots, brackets and detours
  `{{ user.constructor.constructor("return process")() }}`,
  `{{ "".constructor.constructor("return process")() }}`,
  `{{ [].constructor.constructor("return process")() }}`,
  `{{ {}.constructor.constructor("return process")() }}`,
  `{{ range.constructor("return global.process.mainModule.require('child_process').execSync('id')")() }}`,
  `{{ cycler.constructor("return process")() }}`,
  `{{ joiner.constructor("return process")() }}`,
  `{{ user.constructor }}`,
  `{{ user["constructor"] }}`,
  `{{ user['constructor'] }}`,
  `{{ user["con" + "structor"] }}`,
  `{{ user["con" ~ "structor"] }}`,
  `{{ user[["constructor"]] }}`,
  `{{ user["CONSTRUCTOR" | lower] }}`,
  `{{ user[key] }}`,
  `{{ user[order.key] }}`,
  `{{ user["" if x else "constructor"] }}`,
  `{{ user.__proto__ }}`,
  `{{ user["__proto__"].polluted }}`,
  `{{ user.prototype }}`,
  `{{ __proto__ }}`,
  `{{ constructor }}`,
  `{{ user.__defineGetter__ }}`,
  `{{ user.__lookupSetter__ }}`,
  `{{ user[-1] }}`,
  `{{ user[1.5] }}`,
  `{{ user[] }}`,
  // globals and calls
  `{{ range(1000000000) }}`,
  `{% for i in range(1000000000) %}x{% endfor %}`,
  `{{ cycler("a", "b").next() }}`,
  `{{ joiner(",")() }}`,
  `{{ lipsum() }}`,
  `{{ user.first_name.toString() }}`,
  `{{ user.first_name.replace("a", "b") }}`,
  `{{ "x".repeat(1000000000) }}`,
  `{{ (user.first_name)() }}`,
  `{{ user.a.b.c() }}`,
  `{{ super() }}`,
  `{{ caller() }}`,
  // code generation: names reach nunjucks's code unescaped
  '{{ a"&Function`alert\\x281\\x29```;b" }}',
  `{{ a";process;" }}`,
  '{{ a`b` }}',
  `{{ user.a" }}`,
  `{{ x | a" }}`,
  `{{ a\\u0028 }}`,
  '{{ a\u2028b }}',
  '{{ a\fb }}',
  `{% for a" in b %}{% endfor %}`,
  `{{ env }}{{ this.x() }}`,
  `{{ $ }}`,
  // tags
  `{% include "/etc/passwd" %}`,
  `{% include name %}`,
  `{% include ["a", "b"] ignore missing %}`,
  `{% extends "base.html" %}`,
  `{% import "a.html" as a %}`,
  `{% from "a.html" import b %}`,
  `{% block a %}{% endblock %}`,
  `{% macro a() %}{{ caller() }}{% endmacro %}`,
  `{% call a() %}{% endcall %}`,
  `{% set a = 1 %}`,
  `{% set a %}b{% endset %}`,
  `{% filter upper %}a{% endfilter %}`,
  `{% switch a %}{% case 1 %}b{% endswitch %}`,
  `{% asyncEach a in b %}{% endeach %}`,
  `{% asyncAll a in b %}{% endall %}`,
  `{% ifAsync a %}{% endif %}`,
  `{% for a, b in c %}{% endfor %}`,
  `{% for constructor in a %}{% endfor %}`,
  `{% for __proto__ in a %}{% endfor %}`,
  `{% for loop in a %}{{ loop.index }}{% endfor %}`,
  `{% for a in "abc".split("") %}{% endfor %}`,
  `{% do a %}`,
  // expressions
  `{{ r/(a+)+$/g }}`,
  `{{ r/a/.test("a") }}`,
  `{{ [1, 2] }}`,
  `{{ {"a": 1} }}`,
  `{{ 9 ** 99 }}`,
  `{{ a + b }}`,
  `{{ a - b }}`,
  `{{ a * b }}`,
  `{{ a / b }}`,
  `{{ a // b }}`,
  `{{ a % b }}`,
  `{{ -a }}`,
  `{{ +a }}`,
  `{{ a ~ b }}`,
  `{{ "a" in b }}`,
  `{{ "a" not in b }}`,
  `{{ a is callable }}`,
  `{{ a is sameas(b) }}`,
  `{{ a is defined(b) }}`,
  `{{ (a, b) }}`,
  `{{ () }}`,
  `{{ (a == b) == c }}`,
  // filters
  `{{ a | safe }}`,
  `{{ a | dump }}`,
  `{{ a | escape }}`,
  `{{ a | forceescape }}`,
  `{{ a | groupby("constructor") }}`,
  `{{ a | sort(false, false, "constructor") }}`,
  `{{ a | selectattr("constructor") }}`,
  `{{ a | replace("a", "b") }}`,
  `{{ a | urlize }}`,
  `{{ a | list }}`,
  `{{ a | constructor }}`,
  `{{ a | __proto__ }}`,
  `{{ a | toString }}`,
  `{{ a | need }}`,
  `{{ a | default(b) }}`,
  `{{ a | default(b.c) }}`,
  `{{ a | default(b()) }}`,
  `{{ a | default([1]) }}`,
  `{{ a | default(x=1) }}`,
  `{{ a | default(r/a/) }}`,
  `{{ a | default }}`,
  `{{ a | truncate(1000000000) }}`,
  `{{ a | truncate("5") }}`,
  `{{ a | round(200) }}`,
  `{{ a | date("constructor") }}`,
  `{{ a | upper("x") }}`,
  `{{ a | join(b) }}`,
];

describe('a template that was not written for good', () => {
  it.each(HOSTILE)('is refused: %s', (source) => {
    expect(check(source, 'text')).toMatchObject({ problems: [expect.anything()] });
  });

  it('is refused for nesting that would overflow the stack', () => {
    expect(reasons(`{{ ${'('.repeat(20_000)}a${')'.repeat(20_000)} }}`)).toEqual(['it is nested too deeply']);
  });

  it.each([
    ['brackets', `{{ ${'('.repeat(60)}a${')'.repeat(60)} }}`],
    ['conditions', `${'{% if a %}'.repeat(1500)}x${'{% endif %}'.repeat(1500)}`],
    ['alternatives', `{% if a %}${'{% elif a %}x'.repeat(3000)}{% endif %}`],
    ['loops', `${'{% for a in b %}'.repeat(1000)}x${'{% endfor %}'.repeat(1000)}`],
    ['operators', `{{ a${' and a'.repeat(9000)} }}`],
    ['filters', `{{ a${' | trim'.repeat(9000)} }}`],
    ['fields', `{{ a${'.b'.repeat(20_000)} }}`],
    ['choices', `{{ ${'a if b else ('.repeat(2000)}a${')'.repeat(2000)} }}`],
  ])('is refused for too many %s', (_, source) => {
    expect(reasons(source)).toContain('it is nested too deeply');
  });

  it('is refused for its size', () => {
    expect(reasons('x'.repeat(64_001))).toEqual(['it is longer than 64000 characters']);
  });

  it('is told the reason with line and column', () => {
    expect(check('Hello\n  {{ user.name() }}', 'text').problems).toEqual([
      { line: 2, column: 15, reason: 'a call is not allowed' },
    ]);
  });

  it('is told every reason at once', () => {
    expect(reasons('{{ a() }} {{ b | safe }} {% set c = 1 %}')).toEqual([
      'a call is not allowed',
      'there is no filter "safe".',
      '`set` is not allowed',
    ]);
  });

  it('is told which filter was probably meant', () => {
    expect(reasons('{{ a | mony }}')).toEqual(['there is no filter "mony". Did you mean "money"?']);
  });

  it.each([
    ['{{ a', 'expected variable end'],
    ['{% if a %}b', 'expected elif, else, or endif, got end of file'],
    ['{# a', 'expected end of comment, got end of file'],
    ['{% foo %}', 'unknown block tag: foo'],
  ])('is told what the parser missed: %s', (source, reason) => {
    expect(reasons(source)).toEqual([reason]);
  });
});

describe('a template that stays within the rules', () => {
  it.each([
    'plain text, { and } and %',
    '{{ user.first_name }}',
    '{{ order.items[0].name }} {{ order["pickup date"] }}',
    '{{ a | default("x") | upper }}',
    '{{ a | default(none) }} {{ b | default(0) }} {{ c | default(true) }}',
    '{% if a == "b" and not c or d >= 3 %}x{% elif e is defined %}y{% else %}z{% endif %}',
    '{% if e is not defined %}y{% endif %}',
    '{% for item in order.items %}{{ loop.index }}. {{ item.name }}{% else %}none{% endfor %}',
    '{% for line in message | lines %}{{ line }}{% endfor %}',
    '{{ "yes" if (a and b) else "no" }}',
    '{# a note #}{% raw %}{{ not a variable }}{% endraw %}',
  ])('is accepted: %s', (source) => {
    expect(reasons(source)).toBeUndefined();
  });
});
