import { DateTime } from 'luxon';
import type { CategoryTerms, ChannelTerms } from '../preferences/catalogue.js';
import type { Vocabulary } from '../preferences/changes.js';
import type { PreferencesView } from '../preferences/preferences.dto.js';
import { agreementOf, categoryLabel, channelLabel } from '../preferences/wording.js';
import type { User } from '../users/user.entity.js';
import type { DevicesOfChannel } from '../preferences/preferences.service.js';
import { deviceKeyOf, type Form, keyOf, one } from './forms.js';
import { type Language, languageChoices } from '../preferences/language.js';
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
  /** The locales in which messages are worded. */
  readonly worded: readonly string[];
  /** What the person has brought to channels that have such a list. */
  readonly devices: readonly DevicesOfChannel[];
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
    devices: devicesOf(state),
    times: timesOf(state),
    languages: languageChoices(state.person.locale, state.worded),
    pause: pauseOf(state),
  };
}

function channelOf(channel: ChannelTerms, { language, person, brand, preferences }: PageState) {
  const label = channelLabel(language, channel);
  const [address] = channel.addressesOf?.(person) ?? [];
  return {
    label,
    locked: channel.consent === 'always',
    reach: reachOf(address, channel, label, language),
    agreement: agreementOf(channel, language, brand),
    closed: preferences.closed[channel.name]?.detail ?? '',
  };
}

/** Where a channel goes, as words with what stands out in them. */
function reachOf(
  address: string | undefined,
  { devices }: ChannelTerms,
  channel: string,
  language: Language,
) {
  if (devices) return language.pieces('preferences.choices.devices', { channel });
  if (address === undefined) return language.pieces('preferences.choices.nowhere', { channel });
  return language.pieces('preferences.choices.to', { channel, address: masked(address) });
}

/** Null where no channel has such a list. */
function devicesOf({ devices, language, preferences: { time_zone } }: PageState) {
  if (devices.length === 0) return null;
  return devices.flatMap(({ channel, devices: theirs }) =>
    theirs.map(({ id, name, since, lastUsed, asleep }) => ({
      key: deviceKeyOf(channel, id),
      name,
      since: language.moment(since, time_zone),
      lastUsed: lastUsed ? language.moment(lastUsed, time_zone) : '',
      asleep,
    })),
  );
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
