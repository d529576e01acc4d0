import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { withUser } from '../templates/example.user.js';
import { compileWords, fill } from '../templates/renderer.js';
import { type Definitions, readTemplateFiles } from '../templates/template.files.js';
import { differenceFrom } from './dlt.pattern.js';

const ROOT = join(import.meta.dirname, '../..');
const ROW = /^\| `(\w+)` +\| (?:service implicit|transactional) +\| `(.*)` +\|$/gm;

describe('the patterns of the guide', () => {
  let definitions: Definitions;
  let patterns: ReadonlyMap<string, string>;
  beforeAll(async () => {
    definitions = await readTemplateFiles(join(ROOT, 'templates'), () => []);
    const guide = await readFile(join(ROOT, 'docs/guide-sms.md'), 'utf8');
    patterns = new Map([...guide.matchAll(ROW)].map(([, type = '', pattern = '']) => [type, pattern]));
  });

  it('are those of the English texts, for every type that can be registered', () => {
    const site = { frontendUrl: 'https://www.example.com', country: 'IN' };
    const differences = definitions.types.flatMap(({ name, example, words }) => {
      const english = words.get('en');
      const pattern = patterns.get(name);
      if (!english || pattern === undefined) return [[name, 'has no pattern']];
      const wanted = [{ channel: 'sms', parts: ['text'] }];
      const { parts } = fill(compileWords(english), 'en', withUser(example), wanted, site);
      return [[name, differenceFrom(pattern, parts['sms']?.['text'] ?? '', 30)]];
    });
    expect(differences.filter(([, difference]) => difference !== undefined)).toEqual([
      ['general', 'has no pattern'],
      ['promotion', 'has no pattern'],
    ]);
  });
});
