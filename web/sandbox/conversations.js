import { money, plural } from './format.js';

/** The texts between one phone and one of our numbers, newest first. */
export function conversationsOf(texts) {
  const all = new Map();
  for (const text of texts) {
    const [peer, own] = text.direction === 'inbound' ? [text.from, text.to] : [text.to, text.from ?? ''];
    const key = `${peer} ${own}`;
    if (!all.has(key)) all.set(key, { key, peer, own, texts: [] });
    all.get(key).texts.push(text);
  }
  return all;
}

export function summaryOf({ texts }) {
  const sent = texts.filter(({ direction }) => direction !== 'inbound');
  const segments = sent.reduce((sum, text) => sum + text.segments, 0);
  const cost = sent.reduce((sum, { price }) => sum + Number(price ?? 0), 0);
  return [plural(texts.length, 'text'), plural(segments, 'segment'), money(cost)].join(' · ');
}
