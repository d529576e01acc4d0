import { describe, expect, it } from 'vitest';
import { refusalOf } from './refusals.js';

const failed = (reason: string, expired = false, erased = false) => ({ reason, expired, erased });

describe('another try of what has failed', () => {
  it('is given where the provider surely has nothing', () => {
    for (const reason of ['attempts_exhausted', 'unreachable', 'country', 'undelivered']) {
      expect(refusalOf(failed(reason), false, false)).toBeNull();
    }
  });

  it('is refused where it may have arrived, or the words will be refused again, unless it is forced', () => {
    expect(refusalOf(failed('unknown_outcome'), false, false)).toBe('may_have_arrived');
    expect(refusalOf(failed('content'), false, false)).toBe('same_words');
    expect(refusalOf(failed('unknown_outcome'), false, true)).toBeNull();
    expect(refusalOf(failed('content'), false, true)).toBeNull();
  });

  it('is refused past its time, without words and to a closed address, by no means otherwise', () => {
    expect(refusalOf(failed('unreachable', true, true), false, true)).toBe('erased');
    expect(refusalOf(failed('unreachable', true), false, true)).toBe('expired');
    expect(refusalOf(failed('unreachable'), true, true)).toBe('suppressed');
  });
});
