import { charactersOf } from '../sms/costly.js';
import type { PreviewView, ProofView } from '../templates/template.view.js';
import { markedLines } from './marked.text.js';

/** A preview for people: the inbox's words and each channel's, or those of one channel alone. */
export function linesOf(preview: PreviewView, only: string | undefined): string[] {
  const { type, locale, version, title, message, action_url: link } = preview;
  const inbox = [
    `  title: ${title}`,
    `  message: ${message}`,
    ...(link === null ? [] : [`  action_url: ${link}`]),
  ];
  const channels = Object.entries(preview.channels).filter(([name]) => only === undefined || name === only);
  return [
    `${type} (${locale}), version ${version}`,
    ...(only === undefined ? inbox : []),
    ...channels.flatMap(([name, parts]) => ['', name, ...channelLines(parts, preview.proofs[name])]),
  ];
}

function channelLines(parts: Readonly<Record<string, string>>, proof: ProofView | undefined): string[] {
  const texts = Object.entries(parts).flatMap(([part, text]) => [`  ${part}:`, ...partLines(text, proof)]);
  return [...texts, ...costLines(proof)];
}

/** Where segments are counted, what costs is marked. */
function partLines(text: string, proof: ProofView | undefined): string[] {
  const encoding = proof?.encoding;
  const lines =
    encoding === 'GSM-7' || encoding === 'UCS-2'
      ? markedLines(charactersOf(text, { encoding }))
      : text.split('\n');
  return lines.map((line) => `    ${line}`.trimEnd());
}

function costLines(proof: ProofView | undefined): string[] {
  if (!proof) return [];
  const { segments, encoding, changes, refusal, estimated_price: price, estimated_unit: currency } = proof;
  const money = price === null ? '' : `, ${price} ${currency}`;
  const cost =
    segments === null
      ? []
      : [`  ${segments} ${segments === 1 ? 'segment' : 'segments'} of ${encoding}${money}`];
  return [
    ...cost,
    ...changes.map(({ rule, detail }) => `  ${rule}: ${detail}`),
    ...(refusal ? [`  refused (${refusal.rule}): ${refusal.detail}`] : []),
  ];
}
