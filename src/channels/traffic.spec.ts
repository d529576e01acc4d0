import { describe, expect, it, vi } from 'vitest';
import type { Backlog } from '../deliveries/backlog.js';
import type { Breakers } from './breakers.js';
import type { Channel } from './channel.js';
import { DeliveryFailure } from './failures.js';
import { Traffic } from './traffic.js';

const channel = { name: 'pigeon', provider: 'loft', providers: ['loft'] } as unknown as Channel;
const CALL = { channel, provider: 'loft', isProbe: false };
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

  it('say nothing of the provider when the same few fail again and again', async () => {
    expect(await failing(200, 3)).not.toHaveBeenCalled();
  });
});
