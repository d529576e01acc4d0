import { describe, expect, it } from 'vitest';
import { DeliveryFailure, type FailureKind } from '../channels/failures.js';
import type { CarriedText } from './carried.text.js';
import { carriedTexts } from './carried.texts.js';
import type { TwilioProvider } from './twilio.provider.js';

const NOW = Date.now();
const sent = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    id: `delivery-${index}`,
    attempt: 1,
    providerId: `ours-${index}`,
    sentAt: new Date(NOW),
  }));
const text = (sid: string) => ({ sid }) as CarriedText;
const others = (page: number) => Array.from({ length: 1000 }, (_, index) => text(`other-${page}-${index}`));

/** A carrier with these pages, that notes what it is asked. */
function carrierWith(pages: readonly (readonly CarriedText[])[]) {
  const asked = { pages: 0, single: [] as string[] };
  const provider = {
    *sentBetween() {
      for (const page of pages) {
        asked.pages += 1;
        yield page;
      }
    },
    fetch: (sid: string) => (asked.single.push(sid), Promise.resolve(text(sid))),
  };
  return { asked, provider: provider as unknown as TwilioProvider };
}

describe('messages that are asked after', () => {
  it('are fetched one by one when they are few', async () => {
    const { asked, provider } = carrierWith([]);
    expect([...(await carriedTexts(provider, sent(19))).keys()]).toHaveLength(19);
    expect(asked).toMatchObject({ pages: 0, single: { length: 19 } });
  });

  it('are found on a list that is full of others, which is read no further than needed', async () => {
    const ours = sent(500).map(({ providerId }) => text(providerId));
    const { asked, provider } = carrierWith([others(1), others(2), ours, others(3)]);
    const heard = await carriedTexts(provider, sent(500));
    expect([...heard.keys()].sort()).toEqual(ours.map(({ sid }) => sid).sort());
    expect(asked).toEqual({ pages: 3, single: [] });
  });

  it('are fetched, the first of them, when the list does not name them', async () => {
    const { asked, provider } = carrierWith(Array.from({ length: 30 }, (_, page) => others(page)));
    expect([...(await carriedTexts(provider, sent(500))).keys()]).toEqual(
      sent(50).map(({ providerId }) => providerId),
    );
    expect(asked).toMatchObject({ pages: 20, single: { length: 50 } });
  });

  const refused = (kind: FailureKind) =>
    new DeliveryFailure({ kind, code: 'x', message: 'No.', provider: 'twilio' });
  /** A carrier whose list names only others, and that refuses to show single texts so. */
  const refusing = (kind: FailureKind) => {
    const { provider } = carrierWith([others(1)]);
    return Object.assign(provider, { fetch: () => Promise.reject(refused(kind)) });
  };

  it('were not asked after when the carrier gave no answer at all', async () => {
    await expect(carriedTexts(refusing('ambiguous'), sent(3))).rejects.toThrow('No.');
    await expect(carriedTexts(refusing('not_accepted'), sent(3))).rejects.toThrow('No.');
  });

  it('were asked after when it does not have them, and when its list was read', async () => {
    const nothing = (count: number) => sent(count).map(({ providerId }) => [providerId, undefined]);
    expect([...(await carriedTexts(refusing('configuration'), sent(3)))]).toEqual(nothing(3));
    expect([...(await carriedTexts(refusing('ambiguous'), sent(500)))]).toEqual(nothing(50));
  });
});
