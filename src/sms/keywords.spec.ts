import { describe, expect, it } from 'vitest';
import { isCarriersWord, keywordOf } from './keywords.js';

describe('A keyword', () => {
  it.each<[string, string]>([
    ['STOP', 'stop'],
    ['  stop. ', 'stop'],
    ['"Stop!"', 'stop'],
    ['Stop 🙏', 'stop'],
    ['STOP \u2764\ufe0f', 'stop'],
    ['\u2764\ufe0f stop\ufe0e', 'stop'],
    ['STOP\ufe0f ALL', 'stop'],
    ['STOP\r\n', 'stop'],
    ['ｓｔｏｐ', 'stop'],
    ['stop all', 'stop'],
    ['Opt-Out', 'stop'],
    ['unsubscribe', 'stop'],
    ['REVOKE', 'stop'],
    ['बंद करें।', 'stop'],
    ['நிறுத்து', 'stop'],
    ['നിർത്തുക', 'stop'],
    ['Band karo', 'stop'],
    ['arrêt', 'stop'],
    ['start', 'start'],
    ['Yes!', 'start'],
    ['शुरू', 'start'],
    ['help?', 'help'],
    ['INFO', 'help'],
  ])('is found in %j: %s', (text, keyword) => {
    expect(keywordOf(text)).toBe(keyword);
  });

  it.each([
    '',
    '   ',
    '...',
    '🙏',
    'please stop',
    'stop it',
    'Do not stop',
    'yes please',
    `stop${' '.repeat(5)}now`,
  ])('is not %j, which is more than the word or less', (text) => {
    expect(keywordOf(text)).toBeUndefined();
  });

  it('is the same however its letters are composed', () => {
    expect(keywordOf('ARRÊT'.normalize('NFD'))).toBe('stop');
    expect(keywordOf('শুরু'.normalize('NFD'))).toBe('start');
  });

  it('is the carrier’s own only in English and as one word', () => {
    expect(['stop', ' Help '].map(isCarriersWord)).toEqual([true, true]);
    expect(['stop!', 'बंद', 'stop all'].map(isCarriersWord)).toEqual([false, false, false]);
  });
});
