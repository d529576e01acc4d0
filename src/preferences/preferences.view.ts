import type { User } from '../users/user.entity.js';
import { userView } from '../users/user.rows.js';
import type { Vocabulary } from './changes.js';
import type { Choices } from './choices.js';
import { needsYes } from './consent.js';
import type { Cell } from './flat-names.js';
import { languageFor } from './language.js';
import { PreferencesView } from './preferences.dto.js';
import { agreementOf } from './wording.js';

const ALWAYS_ON = 'This is always on: it is where everything can be read again.';

/** The cells that can be chosen. */
export const cellsOf = ({ channels, categories }: Vocabulary): Cell[] =>
  categories.flatMap((category) =>
    channels
      .filter(({ consent }) => consent !== 'always')
      .map((channel) => ({ category: category.name, channel: channel.name })),
  );

/** What holds in a cell: what the person said, else what silence means. */
export function holds({ channels, categories }: Vocabulary, choices: Choices, cell: Cell): boolean {
  const channel = channels.find(({ name }) => name === cell.channel);
  const category = categories.find(({ name }) => name === cell.category);
  if (!channel || !category) return false;
  if (channel.consent === 'always') return true;
  return choices[category.name]?.[channel.name] ?? !needsYes(channel, category);
}

/** Whose view it is; `user` of somebody whom the platform knows and we do not yet is undefined. */
interface Viewer {
  readonly choices: Choices;
  readonly user: User | undefined;
  readonly brand: string;
}

/** The object as clients know it: flat names and the matrix say the same. */
export function viewOf(userId: string, words: Vocabulary, { choices, user, brand }: Viewer): PreferencesView {
  const flat = [...words.names.all()].map(([name, cell]) => [name, holds(words, choices, cell)] as const);
  return Object.assign(new PreferencesView(), {
    user: userId,
    ...Object.fromEntries(flat),
    matrix: matrixOf(words, (cell) => holds(words, choices, cell)),
    locked: lockedOf(words),
    labels: labelsOf(words),
    agreements: agreementsOf(words, user?.locale, brand),
    ...personalOf(user),
  });
}

function matrixOf<T>(
  { channels, categories }: Vocabulary,
  of: (cell: Cell) => T,
): Record<string, Record<string, T>> {
  const row = (category: string) =>
    Object.fromEntries(channels.map(({ name }) => [name, of({ category, channel: name })]));
  return Object.fromEntries(categories.map(({ name }) => [name, row(name)]));
}

function lockedOf({ channels, categories }: Vocabulary): Record<string, Record<string, string>> {
  const always = channels.filter(({ consent }) => consent === 'always');
  const row = Object.fromEntries(always.map(({ name }) => [name, ALWAYS_ON]));
  return Object.fromEntries(categories.map(({ name }) => [name, row]));
}

const labelsOf = ({ channels, categories }: Vocabulary) => ({
  categories: Object.fromEntries(categories.map(({ name, display }) => [name, display])),
  channels: Object.fromEntries(
    channels.map((channel) => [channel.name, channel.mode?.().label ?? channel.name]),
  ),
});

function agreementsOf({ channels }: Vocabulary, locale: string | undefined, brand: string) {
  const language = languageFor(locale);
  const agreements = channels.map(
    (channel) => [channel.name, agreementOf(channel, language, brand)] as const,
  );
  return Object.fromEntries(agreements.filter(([, text]) => text !== ''));
}

/** Of somebody the platform knows and we do not yet: what a new person would have. */
function personalOf(user: User | undefined) {
  if (!user) return { quiet_hours: null, time_zone: 'Asia/Kolkata', locale: 'en', paused_until: null };
  const { quiet_hours, time_zone, locale, paused_until } = userView(user);
  return { quiet_hours, time_zone, locale, paused_until };
}
