import { describe, expect, it } from 'vitest';
import type { ProofView } from '../templates/template.view.js';
import { linesOf } from './preview.text.js';

const NOTHING = {
  segments: null,
  encoding: null,
  estimated_price: null,
  estimated_unit: null,
  changes: [],
  refusal: null,
};

const preview = (text: string, proof: Partial<ProofView> = {}) => ({
  ...{
    type: 'order_ready',
    locale: 'en',
    version: 3,
    title: 'Ready',
    message: 'It is ready.',
    action_url: '/orders',
  },
  channels: { sms: { text }, email: { subject: 'Ready', text: 'One\nTwo' } },
  proofs: {
    sms: { ...NOTHING, segments: 1, encoding: 'GSM-7', ...proof },
    email: NOTHING,
  },
});

describe('a preview in the terminal', () => {
  it('shows the inbox and every channel', () => {
    expect(linesOf(preview('Ready.'), undefined)).toEqual([
      'order_ready (en), version 3',
      '  title: Ready',
      '  message: It is ready.',
      '  action_url: /orders',
      '',
      'sms',
      '  text:',
      '    Ready.',
      '  1 segment of GSM-7',
      '',
      'email',
      '  subject:',
      '    Ready',
      '  text:',
      '    One',
      '    Two',
    ]);
  });

  const text = (words: string, proof: Partial<ProofView> = {}) =>
    linesOf(preview(words, proof), 'sms').slice(4);

  it('marks what takes the room of two characters', () => {
    expect(text('Pay €5 [now]')).toEqual(['    Pay €5 [now]', '        ^  ^   ^', '  1 segment of GSM-7']);
  });

  it('marks what turns the text into UCS-2, as wide as it is', () => {
    const ucs2 = { encoding: 'UCS-2', segments: 2 };
    expect(text('Rs.₹5 🎉 ok', ucs2)).toEqual(['    Rs.₹5 🎉 ok', '       ^  ^^', '  2 segments of UCS-2']);
    expect(text('a हि b', ucs2)[1]).toBe('      ^^');
  });

  it('breaks long texts, with the carets under each line', () => {
    const lines = text(`${'a'.repeat(80)}{`);
    expect(lines.slice(0, 3)).toEqual([`    ${'a'.repeat(76)}`, '    aaaa{', '        ^']);
    expect(text('one\ntwo').slice(0, 2)).toEqual(['    one', '    two']);
  });

  it('tells what was changed, and why it would be refused', () => {
    const changes = [{ rule: 'tidied', detail: 'Replaced.', replaced: [], saved: 1 }];
    const refusal = { rule: 'too_long', detail: 'Too long.' };
    expect(text('x', { changes, refusal }).slice(-2)).toEqual([
      '  tidied: Replaced.',
      '  refused (too_long): Too long.',
    ]);
  });
});
