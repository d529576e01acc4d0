import { describe, expect, it } from 'vitest';
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
});
