import type { JudgedReport } from '../../src/deliveries/provider-reports.js';
import { PROVIDER_RANK, type ProviderStatus } from '../../src/deliveries/status.js';

/** What becomes of a message that was taken: it arrives, it fails for good, or it may be tried again. */
export type Fate = 'delivered' | 'failed' | 'given back';

interface Taken {
  readonly providerId: string;
  readonly fate: Fate;
}

const WORDS: Readonly<Record<Fate, readonly ProviderStatus[]>> = {
  delivered: ['queued', 'sent', 'delivered'],
  failed: ['queued', 'sent', 'undelivered'],
  'given back': ['queued', 'sent', 'failed'],
};

/** The provider of the model: it has what it took, and its words agree with that, in whatever order it says them. */
export class Carrier {
  private readonly taken = new Map<string, Taken>();

  take(id: string, attempt: number, fate: Fate): void {
    this.taken.set(`${id} ${attempt}`, { providerId: `M-${id}-${attempt}`, fate });
  }

  find(id: string, attempt: number): Taken | undefined {
    return this.taken.get(`${id} ${attempt}`);
  }

  /** One of its words on a message, or none: it has no such message. */
  word(id: string, attempt: number, which: number): JudgedReport | undefined {
    const taken = this.find(id, attempt);
    if (!taken) return undefined;
    const word = WORDS[taken.fate][which] ?? 'queued';
    const isEnd = which === 2;
    const failed = isEnd && taken.fate !== 'delivered';
    return {
      provider: 'model',
      providerId: taken.providerId,
      deliveryId: id,
      attempt,
      word,
      rank: PROVIDER_RANK[word],
      status: !isEnd ? 'sent' : taken.fate === 'given back' ? 'pending' : taken.fate,
      reason: failed && taken.fate === 'failed' ? 'undelivered' : null,
      fault: failed ? 'provider' : null,
      delay: 0,
      errorCode: failed ? 'M1' : null,
      errorMessage: null,
      payload: {},
    };
  }

  /** How it ended to the provider; null when it has nothing, or gave it back. */
  truthOf(id: string, attempt: number): 'delivered' | 'failed' | null {
    const fate = this.find(id, attempt)?.fate;
    return fate === undefined || fate === 'given back' ? null : fate;
  }
}
