import { beforeEach, describe, expect, it } from 'vitest';
import { SlowStart } from './slow.start.js';

let now: number;
let start: SlowStart;
let inside: number;

/** Comes in, now or later. */
const come = () => {
  const waiting = start.enter();
  if (waiting) void waiting.then(() => (inside += 1));
  else inside += 1;
};
const settled = () => new Promise(setImmediate);

/** All that are inside end with a success. */
async function round(): Promise<number> {
  const count = inside;
  inside = 0;
  for (let call = 0; call < count; call += 1) {
    start.succeeded();
    start.leave();
  }
  await settled();
  return count;
}

describe('a slow start', () => {
  beforeEach(() => {
    now = 0;
    inside = 0;
    start = new SlowStart(64, () => now);
  });

  it('lets one call go, then two, four and so on, then all', async () => {
    for (let call = 0; call < 500; call += 1) come();
    const rounds: number[] = [];
    for (let turn = 0; turn < 6; turn += 1) rounds.push(await round());
    expect(rounds).toEqual([1, 2, 4, 8, 16, 32]);
    expect(inside).toBe(500 - 63);
  });

  it('stays with one call while none succeeds', async () => {
    for (let call = 0; call < 3; call += 1) come();
    start.leave();
    await settled();
    expect(inside).toBe(2);
    start.leave();
    await settled();
    expect(inside).toBe(3);
  });

  it('begins anew when it is told to, and when nobody has called for long', async () => {
    const wide = async () => {
      for (let call = 0; call < 200; call += 1) come();
      while (inside > 0) await round();
    };
    await wide();
    start.reset();
    come();
    come();
    expect(inside).toBe(1);
    await round();
    await round();
    await wide();
    now += 5001;
    come();
    come();
    expect(inside).toBe(1);
  });
});
