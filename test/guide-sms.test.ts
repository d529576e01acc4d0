import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { FAILURES } from '../src/channels/failures.js';

const guide = readFileSync(new URL('../docs/guide-sms.md', import.meta.url), 'utf8');
const [, classes = ''] = guide.split('<!-- classes:');

it('The guide explains every class of error as the service does', () => {
  const rows = classes
    .split('\n## ', 1)
    .flatMap((section) => section.split('\n'))
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  const explained = rows.filter(([, name = '']) => Object.hasOwn(FAILURES, name));
  const known = Object.entries(FAILURES).map(([name, { says, cure }]) => [name, says, cure]);
  expect(explained.map((cells) => cells.slice(1, 4))).toEqual(known);
});
