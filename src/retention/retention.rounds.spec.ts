import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppSettings } from '../config/app.settings.js';
import type { Cleared, Retention } from './retention.js';
import { RetentionRounds } from './retention.rounds.js';

const HOUR = 3_600_000;
const nothing: Cleared = { content: {}, metadata: {} };

describe('the rounds of erasing and deleting', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const roundsOf = (role: string, clear: Retention['clear']) =>
    new RetentionRounds({ clear } as Retention, new AppSettings({ ROLE: role }));

  it('come each hour where deliveries are made, also after one that failed, and nowhere else', async () => {
    const clear = vi
      .fn<Retention['clear']>()
      .mockRejectedValueOnce(new Error('away'))
      .mockResolvedValue(nothing);
    const idle = vi.fn<Retention['clear']>();
    const rounds = roundsOf('worker', clear);
    rounds.onApplicationBootstrap();
    roundsOf('api', idle).onApplicationBootstrap();
    await vi.advanceTimersByTimeAsync(3.5 * HOUR);
    expect([clear.mock.calls.length, idle.mock.calls.length]).toEqual([4, 0]);
    await rounds.beforeApplicationShutdown();
    await vi.advanceTimersByTimeAsync(3 * HOUR);
    expect(clear).toHaveBeenCalledTimes(4);
  });

  it('end with the batch under way when the process stops, and the process waits for that', async () => {
    const ended: string[] = [];
    const rounds = roundsOf('all', (clearing) =>
      new Promise((resolve) => {
        clearing?.signal?.addEventListener('abort', () => {
          setTimeout(() => resolve(nothing), 100);
        });
      }).then(() => {
        ended.push('batch');
        return nothing;
      }),
    );
    rounds.onApplicationBootstrap();
    await vi.advanceTimersByTimeAsync(HOUR);
    const stopped = rounds.beforeApplicationShutdown().then(() => ended.push('process'));
    await vi.advanceTimersByTimeAsync(100);
    await stopped;
    expect(ended).toEqual(['batch', 'process']);
    await vi.advanceTimersByTimeAsync(2 * HOUR);
    expect(ended).toHaveLength(2);
  });
});
