import { DateTime } from 'luxon';
import type { CategoryTerms, ChannelTerms } from '../preferences/catalogue.js';
import type { Vocabulary } from '../preferences/changes.js';
import { needsYes } from '../preferences/consent.js';
import type { PreferencesView } from '../preferences/preferences.dto.js';
import type { User } from '../users/user.entity.js';
import { type Form, keyOf, one } from './forms.js';
import { type Language, languageChoices } from './language.js';
import { masked } from './masked.js';
import { regionsWith } from './time.zones.js';

/** A field that could not be saved, by its name, and what is asked of it. */
export interface Fault {
  readonly field: string;
  readonly text: string;
}

/** Everything that the page shows is made of these. */
export interface PageState {
  readonly person: User;
  readonly preferences: PreferencesView;
  readonly words: Vocabulary;
  readonly language: Language;
  readonly brand: string;
  /** The part that was saved just now, if any. */
  readonly saved: string;
  readonly faults: readonly Fault[];
  /** What was sent and could not be saved: shown again as it was. */
  readonly given: Form | undefined;
}

const DAY = 'yyyy-MM-dd';
/** What a person who turns quiet hours on begins with. */
const USUAL_NIGHT = { start: '22:00', end: '07:00' };

/** The values of `preferences/page.njk`. */
export function preferencesPage(state: PageState): object {
  const { language, brand, saved, faults } = state;
  const channels = state.words.channels.map((channel) => channelOf(channel, state));
  return {
    language,
    brand,
    saved,
    faults,
    faultOf: (field: string) => faults.find((fault) => fault.field === field)?.text ?? '',
    channels: channels.filter(({ locked }) => !locked),
    locked: channels.filter(({ locked }) => locked),
    categories: state.words.categories.map((category) => categoryOf(category, state)),
    times: timesOf(state),
    languages: languageChoices(state.person.locale),
    pause: pauseOf(state),
  };
}

function channelOf(channel: ChannelTerms, { language, person, brand }: PageState) {
  const label = channelLabel(language, channel);
  const [address] = channel.addressesOf?.(person) ?? [];
  return {
    label,
    locked: channel.consent === 'always',
    address: address === undefined ? '' : masked(address),
    agreement:
      channel.consent === 'opt-in' ? language.agreement(channel.name, { brand, channel: label }) : '',
  };
}

function categoryOf(category: CategoryTerms, { words, language, preferences }: PageState) {
  const cells = words.channels
    .filter(({ consent }) => consent !== 'always')
    .map((channel) => ({
      key: keyOf({ category: category.name, channel: channel.name }),
      channel: channelLabel(language, channel),
      on: preferences.matrix[category.name]?.[channel.name] === true,
    }));
  const about = language.category(category.name).about ?? '';
  return { name: category.name, label: categoryLabel(language, category), about, cells };
}

export const channelLabel = (language: Language, channel: ChannelTerms) =>
  language.channel(channel.name).name ?? channel.mode?.().label ?? channel.name;

export const categoryLabel = (language: Language, { name, display }: CategoryTerms) =>
  language.category(name).name ?? display;

/** The words of one choice, as the page shows them: what is kept as what the person saw. */
export function wordingOf(
  { category, channel }: { readonly category: CategoryTerms; readonly channel: ChannelTerms },
  wanted: boolean,
  language: Language,
  brand: string,
): string {
  const names = { category: categoryLabel(language, category), channel: channelLabel(language, channel) };
  const choice = language.text('preferences.choices.cell', names);
  if (!wanted || !needsYes(channel, category)) return choice;
  const about = language.category(category.name).about;
  const terms =
    channel.consent === 'opt-in'
      ? language.agreement(channel.name, { brand, channel: names.channel })
      : about;
  return terms === undefined ? choice : `${choice}. ${terms}`;
}

function timesOf({ preferences: { quiet_hours, time_zone }, given }: PageState) {
  const regions = regionsWith(time_zone);
  if (!given) return { on: quiet_hours !== null, ...(quiet_hours ?? USUAL_NIGHT), zone: time_zone, regions };
  const on = one(given, 'quiet') === 'on';
  return { on, start: one(given, 'start'), end: one(given, 'end'), zone: one(given, 'zone'), regions };
}

function pauseOf({ preferences: { paused_until, time_zone }, language, given }: PageState) {
  const today = DateTime.now().setZone(time_zone);
  const paused = paused_until !== null && paused_until > new Date();
  return {
    until: paused ? language.moment(paused_until, time_zone) : '',
    first: today.plus({ days: 1 }).toFormat(DAY),
    last: today.plus({ years: 1 }).toFormat(DAY),
    given: given ? one(given, 'until') : '',
  };
}
