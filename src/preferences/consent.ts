import type { CategoryTerms, ChannelTerms } from './catalogue.js';
import type { Choices } from './choices.js';
import { flatNameOf } from './flat-names.js';

export interface Question {
  readonly channel: ChannelTerms;
  /** With `preferenceNames` the way to say yes is told by the name that clients know. */
  readonly category: Pick<CategoryTerms, 'name' | 'consent'> &
    Partial<Pick<CategoryTerms, 'preferenceNames'>>;
  readonly choices: Choices;
  readonly pausedUntil: Date | null;
  readonly now: Date;
}

/** As the ledger keeps it on a delivery. */
interface Rule {
  readonly rule: string;
  readonly outcome: 'allow' | 'skip' | 'hold';
  readonly detail: string;
}

export interface Decision {
  /** False for a paused person too: their last rule then says `hold`, not `skip`. */
  readonly allowed: boolean;
  readonly reason: 'preference_not_given' | 'preference_off' | 'paused' | null;
  /** Every rule that was asked, in order; the last one decided. */
  readonly rules: readonly Rule[];
}

/** Whether a person may be told of this category through this channel now, and by which rules. */
export function decide(question: Question): Decision {
  const { channel, pausedUntil, now } = question;
  if (channel.consent === 'always') {
    const detail = `${channel.name} is always on; nobody is asked.`;
    return { allowed: true, reason: null, rules: [{ rule: 'always_on', outcome: 'allow', detail }] };
  }
  const rule = ruleOfConsent(question);
  if (rule.outcome === 'skip') return { allowed: false, reason: rule.rule, rules: [rule] };
  if (pausedUntil === null || pausedUntil <= now) return { allowed: true, reason: null, rules: [rule] };
  const detail = `The person wants no messages until ${pausedUntil.toISOString()}.`;
  return { allowed: false, reason: 'paused', rules: [rule, { rule: 'paused', outcome: 'hold', detail }] };
}

type ConsentRule =
  | (Rule & { rule: 'preference_on' | 'preference_default'; outcome: 'allow' })
  | (Rule & { rule: 'preference_not_given' | 'preference_off'; outcome: 'skip' });

function ruleOfConsent({ channel, category, choices }: Question): ConsentRule {
  const what = `${category.name} by ${channel.name}`;
  const wanted = choices[category.name]?.[channel.name];
  if (wanted === true) {
    return { rule: 'preference_on', outcome: 'allow', detail: `The person wants ${what}.` };
  }
  if (wanted === false) {
    return { rule: 'preference_off', outcome: 'skip', detail: `The person does not want ${what}.` };
  }
  if (!needsYes(channel, category)) {
    const detail = `The person has not said no to ${what}, and silence allows it.`;
    return { rule: 'preference_default', outcome: 'allow', detail };
  }
  const asks = channel.consent === 'opt-in' ? channel.name : category.name;
  const detail = `${asks} needs a yes, and none was given for ${what}. ${howToSayYes(channel, category)}`;
  return { rule: 'preference_not_given', outcome: 'skip', detail };
}

/** Whether silence means no. */
export const needsYes = (channel: Pick<ChannelTerms, 'consent'>, category: Pick<CategoryTerms, 'consent'>) =>
  channel.consent === 'opt-in' || (channel.consent === 'opt-out' && category.consent === 'opt-in');

function howToSayYes({ name: channel }: ChannelTerms, category: Question['category']): string {
  const { name, preferenceNames } = category;
  const yes = preferenceNames
    ? { [flatNameOf({ name, preferenceNames }, channel)]: true }
    : { matrix: { [name]: { [channel]: true } } };
  return `To say yes, set ${JSON.stringify(yes)} in the person's preferences.`;
}
