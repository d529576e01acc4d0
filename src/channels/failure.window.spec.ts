import { describe, expect, it } from 'vitest';
import { FailureWindow } from './failure.window.js';

const windowAt = (clock: { now: number }) => new FailureWindow(() => clock.now);
const times = (count: number, note: () => boolean) => Array.from({ length: count }, note).at(-1);

describe('the failures of the last half minute', () => {
  it('are too many from half of twenty calls on', () => {
    const calls = windowAt({ now: 0 });
    times(10, () => calls.note(false));
    expect(times(9, () => calls.note(true))).toBe(false);
    expect(calls.note(true)).toBe(true);
    expect(calls.note(false)).toBe(false);
  });

  it('are not too many among as many successes and one more', () => {
    const calls = windowAt({ now: 0 });
    times(21, () => calls.note(false));
    expect(times(20, () => calls.note(true))).toBe(false);
    expect(calls.note(true)).toBe(true);
  });

  it('are forgotten after it, and when the provider works again', () => {
    const clock = { now: 0 };
    const calls = windowAt(clock);
    times(19, () => calls.note(true));
    clock.now = 30_000;
    expect(times(19, () => calls.note(true))).toBe(false);
    calls.clear();
    expect(times(19, () => calls.note(true))).toBe(false);
    expect(calls.note(true)).toBe(true);
  });
});
