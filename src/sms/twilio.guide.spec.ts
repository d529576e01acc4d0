import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FAILURES } from '../channels/failures.js';
import { TWILIO_CODES } from './twilio.codes.js';

const guide = readFileSync(new URL('../../docs/guide-twilio.md', import.meta.url), 'utf8');
const rows = guide
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) => line.split('|').map((cell) => cell.trim()));

describe("The guide's tables", () => {
  it('list every code as the service sorts it, and no other', () => {
    const listed = rows.filter(([, code = '']) => /^\d+$/.test(code)).map((cells) => cells.slice(1, 5));
    const known = Object.entries(TWILIO_CODES).map(([code, { kind, says, cure }]) => [
      code,
      kind,
      says,
      cure,
    ]);
    expect(listed).toEqual(known);
  });

  it('explain every class', () => {
    const explained = rows.map(([, name = '']) => name).filter((name) => Object.hasOwn(FAILURES, name));
    expect(explained.sort()).toEqual(Object.keys(FAILURES).sort());
  });
});
