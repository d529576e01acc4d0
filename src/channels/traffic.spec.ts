import { describe, expect, it, vi } from 'vitest';
import type { Backlog } from '../deliveries/backlog.js';
import type { Breakers } from './breakers.js';
import type { Channel } from './channel.js';
import { DeliveryFailure, type FailureFacts } from './failures.js';
import { Traffic } from './traffic.js';

const channel = { name: 'pigeon', provider: 'loft', providers: ['loft'] } as unknown as Channel;
const CALL = { channel, provider: 'loft', isProbe: false, place: 'loft' };
const lost = new DeliveryFailure({ kind: 'ambiguous', code: '500', message: 'no answer', provider: 'loft' });

/** So many deliveries fail, each at this try. */
async function failing(count: number, tries: number) {
  const open = vi.fn(() => Promise.resolve(false));
  const traffic = new Traffic({ open } as unknown as Breakers, {} as Backlog);
  for (let n = 0; n < count; n += 1) await traffic.failed(CALL, lost, { id: `d${n % 5}`, tries });
  return open;
}

describe('calls that fail', () => {
  it('open the breaker when most of many deliveries fail', async () => {
    expect(await failing(19, 1)).not.toHaveBeenCalled();
    expect(await failing(20, 1)).toHaveBeenCalledWith('loft', 'failures', lost);
  });

  const failedWith = async (facts: Partial<FailureFacts>, isProbe = false) => {
    const breakers = { open: vi.fn(), close: vi.fn(), probeFailed: vi.fn() };
    const traffic = new Traffic(breakers as unknown as Breakers, {} as Backlog);
    const usual = { kind: 'not_accepted', code: '429', message: 'Too many.', provider: 'loft' } as const;
    await traffic.failed({ ...CALL, isProbe }, new DeliveryFailure({ ...usual, ...facts }), {
      id: 'd',
      tries: 1,
    });
    return breakers;
  };

  it('open it at once when the provider wants to be left alone, unless that is for one address', async () => {
    expect((await failedWith({ retryAfter: 300 })).open).toHaveBeenCalledOnce();
    expect((await failedWith({ retryAfter: 300, waitsAlone: true })).open).not.toHaveBeenCalled();
  });

  it('say nothing of the provider when it was not called, not even as a probe', async () => {
    for (const kind of ['address', 'not_accepted'] as const) {
      const { open, close, probeFailed } = await failedWith(
        { kind, blames: 'nobody', retryAfter: 300 },
        true,
      );
      for (const change of [open, close, probeFailed]) expect(change).not.toHaveBeenCalled();
    }
    expect((await failedWith({ kind: 'address' }, true)).close).toHaveBeenCalledOnce();
  });

  it('say nothing of the provider when the same few fail again and again', async () => {
    expect(await failing(200, 3)).not.toHaveBeenCalled();
  });
});
