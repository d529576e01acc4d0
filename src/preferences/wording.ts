import type { CategoryTerms, ChannelTerms, ClosedReason } from './catalogue.js';
import { needsYes } from './consent.js';
import type { Language } from './language.js';

export const channelLabel = (language: Language, channel: ChannelTerms): string =>
  language.channel(channel.name).name ?? channel.mode?.().label ?? channel.name;

export const categoryLabel = (language: Language, { name, display }: CategoryTerms): string =>
  language.category(name).name ?? display;

/** What a person agrees to who turns the channel on; empty where silence allows it. */
export const agreementOf = (channel: ChannelTerms, language: Language, brand: string): string =>
  channel.consent === 'opt-in'
    ? language.agreement(channel.name, { brand, channel: channelLabel(language, channel) })
    : '';

/** What stands in the way of a channel whatever is chosen, and how it ends; empty where nothing does. */
export const closedNote = (reason: ClosedReason | undefined, channel: string, language: Language): string =>
  reason === undefined ? '' : language.text(`closed.${reason}`, { channel });

/** The words of one choice, as the pages show them: what is kept as what the person saw. */
export function wordingOf(
  { category, channel }: { readonly category: CategoryTerms; readonly channel: ChannelTerms },
  wanted: boolean,
  language: Language,
  brand: string,
): string {
  const names = { category: categoryLabel(language, category), channel: channelLabel(language, channel) };
  const choice = language.text('preferences.choices.cell', names);
  if (!wanted || !needsYes(channel, category)) return choice;
  const terms = agreementOf(channel, language, brand) || language.category(category.name).about;
  return terms === undefined ? choice : `${choice}. ${terms}`;
}
