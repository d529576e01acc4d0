import { describe, expect, it, vi } from 'vitest';
import { Batch } from './batch.js';

describe('a batch', () => {
  it('answers each caller with its own answer, in few round trips', async () => {
    let trips = 0;
    const batch = new Batch<number, number>(
      (items) => {
        trips += 1;
        return Promise.resolve(items.map((item) => item * 2));
      },
      { size: 50 },
    );
    const answers = await Promise.all(Array.from({ length: 500 }, (_, item) => batch.add(item)));
    expect(answers).toEqual(Array.from({ length: 500 }, (_, item) => item * 2));
    expect(trips).toBe(10);
  });

  it('fails those who travelled together, and nobody else', async () => {
    const batch = new Batch<string, string>(
      (items) => (items.includes('bad') ? Promise.reject(new Error('no')) : Promise.resolve(items)),
      { size: 1 },
    );
    const [good, bad, after] = await Promise.allSettled([
      batch.add('good'),
      batch.add('bad'),
      batch.add('after'),
    ]);
    expect(good).toMatchObject({ status: 'fulfilled', value: 'good' });
    expect(bad.status).toBe('rejected');
    expect(after).toMatchObject({ status: 'fulfilled', value: 'after' });
  });

  it('has no more round trips under way than it may', async () => {
    let underway = 0;
    let most = 0;
    const batch = new Batch<number, number>(
      async (items) => {
        most = Math.max(most, (underway += 1));
        await new Promise(setImmediate);
        underway -= 1;
        return items;
      },
      { size: 1, parallel: 3 },
    );
    await Promise.all(Array.from({ length: 30 }, (_, item) => batch.add(item)));
    expect(most).toBe(3);
  });

  it('may wait for others to come, and takes up all who came meanwhile', async () => {
    vi.useFakeTimers();
    try {
      const trips: number[][] = [];
      const batch = new Batch<number, number>(
        (items) => {
          trips.push(items);
          return Promise.resolve(items);
        },
        { linger: 25 },
      );
      const first = batch.add(1);
      await vi.advanceTimersByTimeAsync(20);
      const second = batch.add(2);
      expect(trips).toEqual([]);
      await vi.advanceTimersByTimeAsync(5);
      expect(trips).toEqual([[1, 2]]);
      expect(await Promise.all([first, second])).toEqual([1, 2]);
      const third = batch.add(3);
      await vi.advanceTimersByTimeAsync(25);
      expect(await third).toBe(3);
    } finally {
      vi.useRealTimers();
    }
  });
});
