import { describe, expect, it, vi } from 'vitest';
import { LocalPool } from './local.pool.js';

const hint = (id: string, priority = 1) => ({ id, attempt: 0, priority });

describe('work inside the process', () => {
  it('is done once for each delivery, the urgent first', async () => {
    const begun: string[] = [];
    const ends: (() => void)[] = [];
    const pool = new LocalPool((_, id) => {
      begun.push(id);
      return new Promise((resolve) => ends.push(resolve));
    });
    for (let index = 0; index < 64; index += 1) pool.add('pigeon', hint(`first ${index}`));
    for (const id of ['bulk', 'bulk', 'normal', 'critical'])
      pool.add('pigeon', hint(id, ['critical', 'normal', 'bulk'].indexOf(id)));
    expect(begun).toHaveLength(64);
    ends.splice(0).forEach((end) => end());
    await vi.waitUntil(() => begun.length === 67);
    expect(begun.slice(64)).toEqual(['critical', 'normal', 'bulk']);
  });

  it('holds no more than it can remember, and lets go of it at the end', async () => {
    const pool = new LocalPool(() => new Promise(() => undefined));
    for (let index = 0; index < 20_000; index += 1) pool.add('pigeon', hint(String(index)));
    expect(pool.stop()).toHaveLength(10_000);
    pool.add('pigeon', hint('late'));
    expect(pool.stop()).toEqual([]);
    await pool.idle(1);
  });
});
