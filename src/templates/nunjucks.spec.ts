import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodes } from './nunjucks.js';
import nunjucks from 'nunjucks';
import { check } from './syntax.js';

/** The words that nunjucks's generator writes for what is allowed. Nothing of a template may stand among them. */
const OURS = new Set(
  (
    'function root env context frame runtime cb var lineno colno output try catch e null if else for return true false ' +
    'parentTemplate rootRenderFunc handleError push pop set length getFilter call opts autoescape suppressValue ' +
    'contextOrFrameLookup memberLookup fromIterator'
  ).split(' '),
);

const { compiler } = nunjucks as unknown as {
  compiler: { Compiler: new () => { compile(node: unknown): void; getCode(): string } };
};

function codeOf(source: string): string | undefined {
  const { tree } = { tree: undefined, ...check(source, 'text') };
  if (tree === undefined) return undefined;
  const made = new compiler.Compiler();
  made.compile(tree);
  return made.getCode();
}

/** Identifiers outside of strings. A string that ended too early would leave its rest among them. */
const wordsOf = (code: string) =>
  code
    .replace(/"(?:[^"\\\n]|\\.)*"/g, '""')
    .match(/[\p{L}_$][\p{L}\p{N}_$]*|[`'\\@#~]/gu)
    ?.filter((word) => !OURS.has(word) && !/^t_\d+$/.test(word)) ?? [];

describe('the code that is generated', () => {
  const nasty = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc
      .array(
        fc.constantFrom(
          '"',
          '\\',
          '\n',
          '\u2028',
          '\u2029',
          '`',
          '${',
          ');',
          '//',
          '/*',
          'process',
          '&',
          ';',
          "'",
          '}',
        ),
      )
      .map((parts) => parts.join('')),
  );

  it.each<[string, (text: string) => string]>([
    ['text', (text) => text],
    ['a variable', (text) => `{{ ${text} }}`],
    ['a field', (text) => `{{ a.${text} }}`],
    ['a quoted field', (text) => `{{ a["${text}"] }}`],
    ['a filter', (text) => `{{ a | ${text} }}`],
    ["a filter's value", (text) => `{{ a | default("${text}") }}`],
    ['a comparison', (text) => `{% if a == '${text}' %}x{% endif %}`],
    ['a loop', (text) => `{% for ${text} in a %}x{% endfor %}`],
    ['a list', (text) => `{% for a in ${text} %}x{% endfor %}`],
    ['a raw text', (text) => `{% raw %}${text}{% endraw %}`],
  ])('holds nothing of a template but its strings: %s', (_, template) => {
    let compiled = 0;
    fc.assert(
      fc.property(nasty, (text) => {
        const code = codeOf(template(text));
        if (code === undefined) return;
        compiled += 1;
        expect(wordsOf(code)).toEqual([]);
      }),
      {
        numRuns: 500,
        examples: [['a'], ['upper'], ['a"b'], ['a\\'], ['a`b`'], ['a";process;"'], ['\u2028']],
      },
    );
    expect(compiled).toBeGreaterThan(0);
  });

  it('has every kind of node that the syntax uses', () => {
    for (const [name, node] of Object.entries(nodes)) expect([name, typeof node]).toEqual([name, 'function']);
    const source =
      '{% for a in b.c[0] %}{% if a == "x" and not b or c is defined %}{{ a | default(1) }}{% else %}{{ (d) if e else f }}' +
      '{% endif %}{% else %}y{% endfor %}';
    expect(wordsOf(codeOf(source) ?? 'none')).toEqual([]);
  });
});
