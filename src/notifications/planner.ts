import type { Estimate, Prepared, Refusal, Silence } from '../channels/channel.js';
import type { Hold } from '../channels/gate.js';
import type { Rule } from '../deliveries/delivery.entity.js';
import type { Fault, HoldReason } from '../deliveries/status.js';
import { decide } from '../preferences/consent.js';
import type { Choices } from '../preferences/choices.js';
import type { CategoryTerms } from '../preferences/catalogue.js';

/** What the plan must know of a channel. */
export interface ChannelFacts {
  readonly name: string;
  readonly consent: Silence;
  readonly atCommit: boolean;
  /** Null where the channel works; else how to switch it on. */
  readonly off: string | null;
  /** Why nothing goes through it just now; what is accepted waits. */
  readonly hold: Hold | undefined;
  readonly addresses: readonly string[];
  /** Why there is none, where the person has something like one. */
  readonly unreachable: Refusal | null;
  /** The rendered parts; undefined where the template has none for it. */
  readonly content: Readonly<Record<string, string>> | undefined;
  /** Reasons for which addresses are closed, by address. */
  readonly suppressed: ReadonlyMap<string, string>;
  /** What the channel makes of them for one of its addresses. */
  readonly prepare: (address: string) => Prepared;
}

export interface PlanFacts {
  readonly category: CategoryTerms;
  readonly choices: Choices;
  readonly pausedUntil: Date | null;
  /** The channels that the sender named; undefined means all. */
  readonly wanted: readonly string[] | undefined;
  readonly sendAt: Date | null;
  readonly now: Date;
}

/** What becomes of one channel (and address), with every rule that had a say. */
export interface PlannedDelivery {
  readonly channel: string;
  readonly address: string;
  readonly content: Readonly<Record<string, string>>;
  readonly status: 'pending' | 'delivered' | 'skipped';
  readonly reason: string | null;
  readonly fault: Fault | null;
  readonly holdReason: HoldReason | null;
  readonly dueAt: Date | null;
  readonly rules: readonly Rule[];
  readonly estimate: Estimate;
}

/** What keeps a channel from being asked at all. Whose doing it is, is only said where it is not policy. */
type Obstacle = Pick<Rule, 'rule' | 'detail'> & { readonly fault?: Fault };

const skip = (rule: string, detail: string): Rule => ({ rule, outcome: 'skip', detail });
const suppressed = (reason = 'manual') =>
  skip('suppressed', `The address must not be used: ${reason}. GET /api/suppressions says since when.`);

/** Decides for one channel. Pure: everything it weighs is an argument. */
export function planFor(channel: ChannelFacts, facts: PlanFacts): PlannedDelivery[] {
  const obstacle = obstacleFor(channel, facts);
  if (obstacle) {
    const { rule, detail, fault } = obstacle;
    return [skipped(channel, channel.addresses[0] ?? '', [skip(rule, detail)], fault)];
  }
  const consent = decide({ channel, ...facts });
  const last = consent.rules.at(-1);
  if (last?.outcome === 'skip') return [skipped(channel, channel.addresses[0] ?? '', consent.rules)];
  return channel.addresses.map((address) => toAddress(channel, address, facts, consent.rules));
}

function obstacleFor(channel: ChannelFacts, { wanted }: PlanFacts): Obstacle | null {
  if (wanted && channel.consent !== 'always' && !wanted.includes(channel.name)) {
    return skip('not_requested', `The sender asked for ${wanted.join(', ')} only.`);
  }
  if (channel.off !== null) return skip('channel_off', channel.off);
  if (channel.content === undefined) {
    return skip('no_words', `The template has no words for ${channel.name}.`);
  }
  if (channel.unreachable) return channel.unreachable;
  if (channel.addresses.length === 0) {
    return skip('no_address', `The person has no address that ${channel.name} can reach.`);
  }
  const closed = channel.addresses.map((address) => channel.suppressed.get(address));
  return closed.includes(undefined) ? null : suppressed(closed[0]);
}

function toAddress(
  channel: ChannelFacts,
  address: string,
  { sendAt, pausedUntil, now }: PlanFacts,
  consent: readonly Rule[],
): PlannedDelivery {
  const closed = channel.suppressed.get(address);
  if (closed) {
    return skipped(channel, address, [...consent, suppressed(closed)]);
  }
  const { content, estimate, refusal } = channel.prepare(address);
  if (refusal) {
    return skipped(channel, address, [...consent, skip(refusal.rule, refusal.detail)], refusal.fault);
  }
  const planned = { channel: channel.name, address, content, estimate, fault: null };
  const held = consent.at(-1)?.outcome === 'hold' ? pausedUntil : null;
  const later = [sendAt, held]
    .filter((date): date is Date => date !== null && date > now)
    .sort((a, b) => +b - +a)[0];
  if (!later && channel.hold && !channel.atCommit) {
    const { reason: holdReason, detail } = channel.hold;
    const rules: Rule[] = [...consent, { rule: holdReason, outcome: 'hold', detail }];
    return { ...planned, status: 'pending', reason: null, holdReason, dueAt: null, rules };
  }
  if (!later) {
    const status = channel.atCommit ? 'delivered' : 'pending';
    return { ...planned, status, reason: null, holdReason: null, dueAt: null, rules: consent };
  }
  const holdReason = later === sendAt ? 'send_at' : 'paused';
  const rules = later === sendAt ? [...consent, scheduled(later)] : consent;
  return { ...planned, status: 'pending', reason: null, holdReason, dueAt: later, rules };
}

const scheduled = (at: Date): Rule => ({
  rule: 'send_at',
  outcome: 'hold',
  detail: `The sender asked for ${at.toISOString()}.`,
});

function skipped(
  { name }: ChannelFacts,
  address: string,
  rules: readonly Rule[],
  fault: Fault = 'policy',
): PlannedDelivery {
  const reason = rules.at(-1)?.rule ?? 'policy';
  const nothing = { content: {}, estimate: {}, holdReason: null, dueAt: null };
  return { channel: name, address, status: 'skipped', reason, fault, rules, ...nothing };
}
