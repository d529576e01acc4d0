import type { Proof, ProofOf } from './channel.words.js';
import { DomainError } from '../http/domain.error.js';
import { withUser } from './example.user.js';
import type { Context } from './run.js';
import type { Definitions } from './template.files.js';
import { filledWith, type Finding, findingAt, type WordsAt } from './template.findings.js';

/** How many segments the words of a type take in a channel that counts them. */
export interface SegmentRow {
  readonly type: string;
  readonly locale: string;
  readonly channel: string;
  /** Of the typical text. */
  readonly encoding: string;
  readonly least: number;
  readonly typical: number;
  readonly most: number;
  /** What the typical text costs: an exact decimal as text, with its currency; null where no price is known. */
  readonly price: string | null;
  readonly currency: string | null;
}

export interface Lint {
  readonly rows: readonly SegmentRow[];
  readonly findings: readonly Finding[];
}

/** Fills all words in with their examples, and asks the channels what they make of them. */
export function lint({ words, warnings }: Definitions, proofOf: ProofOf): Lint {
  const linted = words.flatMap((at) =>
    Object.keys(at.words.channels).map((channel) => lintOne(at, channel, proofOf)),
  );
  return {
    rows: linted.flatMap(({ rows }) => rows),
    findings: [...warnings, ...linted.flatMap(({ findings }) => findings)],
  };
}

function lintOne(at: WordsAt, channel: string, proofOf: ProofOf): Lint {
  const { shortest, typical, longest } = at.examples;
  const proofs = [shortest, typical, longest].flatMap(
    (example) => proofWith(at, channel, example, proofOf) ?? [],
  );
  const findings = [...refusalsIn(proofs), ...changesIn(proofs)].map(([severity, detail]) =>
    findingAt(at, severity, `${channel}: ${detail}`),
  );
  return { rows: rowsOf(at, channel, proofs), findings };
}

/** None where the channel counts no segments, or an example is missing. */
function rowsOf({ type, locale }: WordsAt, channel: string, proofs: readonly Proof[]): SegmentRow[] {
  const [least, typical, most] = proofs.map(({ estimate }) => estimate.segments);
  const { encoding, price = null, currency = null } = proofs[1]?.estimate ?? {};
  if (least === undefined || typical === undefined || most === undefined || encoding === undefined) return [];
  return [{ type, locale, channel, encoding, least, typical, most, price, currency }];
}

/** Undefined where the example does not fill the words in, which is a finding of its own. */
function proofWith(at: WordsAt, channel: string, example: Context, proofOf: ProofOf): Proof | undefined {
  const { words, type, category, priority, optional } = at;
  try {
    const content = filledWith(at, example).parts[channel] ?? {};
    const options = words.options?.[channel] ?? {};
    return proofOf(channel, {
      content,
      locale: at.locale,
      options,
      type,
      category,
      priority,
      optional,
      ...userOf(example),
    });
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
}

const userOf = (example: Context) => ({ user: withUser(example)['user'] });

const refusalsIn = (proofs: readonly Proof[]) =>
  [...new Set(proofs.flatMap(({ refusal }) => refusal?.detail ?? []))].map(
    (detail) => ['error', detail] as const,
  );

const changesIn = (proofs: readonly Proof[]) =>
  [...new Set(proofs.flatMap(({ changes = [] }) => changes.map(({ detail }) => detail)))].map(
    (detail) => ['warning', detail] as const,
  );
