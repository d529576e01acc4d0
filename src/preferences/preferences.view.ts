import type { User } from '../users/user.entity.js';
import { userView } from '../users/user.rows.js';
import type { ClosedReason } from './catalogue.js';
import type { Vocabulary } from './changes.js';
import type { Choices } from './choices.js';
import { needsYes } from './consent.js';
import type { Cell } from './flat-names.js';
import type { Language } from './language.js';
import { ClosedView, PreferencesView } from './preferences.dto.js';
import { agreementOf, categoryLabel, channelLabel, closedNote } from './wording.js';

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
  readonly closed: ReadonlyMap<string, ClosedReason>;
  /** In whose words it is. */
  readonly language: Language;
  readonly brand: string;
}

/** The object as clients know it: flat names and the matrix say the same. */
export function viewOf(userId: string, words: Vocabulary, viewer: Viewer): PreferencesView {
  const { choices, user, language, brand } = viewer;
  const flat = [...words.names.all()].map(([name, cell]) => [name, holds(words, choices, cell)] as const);
  return Object.assign(new PreferencesView(), {
    user: userId,
    ...Object.fromEntries(flat),
    matrix: matrixOf(words, (cell) => holds(words, choices, cell)),
    locked: lockedOf(words, language),
    closed: closedOf(words, viewer),
    labels: labelsOf(words, language),
    agreements: agreementsOf(words, language, brand),
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

function lockedOf({ channels, categories }: Vocabulary, language: Language) {
  const always = channels.filter(({ consent }) => consent === 'always');
  const why = (channel: string) => language.text('preferences.choices.always_why', { channel });
  const row = Object.fromEntries(
    always.map((channel) => [channel.name, why(channelLabel(language, channel))]),
  );
  return Object.fromEntries(categories.map(({ name }) => [name, row]));
}

function closedOf({ channels }: Vocabulary, { closed, language }: Viewer): Record<string, ClosedView> {
  const views = channels.flatMap((channel) => {
    const reason = closed.get(channel.name);
    if (reason === undefined) return [];
    const detail = closedNote(reason, channelLabel(language, channel), language);
    return [[channel.name, Object.assign(new ClosedView(), { reason, detail })] as const];
  });
  return Object.fromEntries(views);
}

const labelsOf = ({ channels, categories }: Vocabulary, language: Language) => ({
  categories: Object.fromEntries(
    categories.map((category) => [category.name, categoryLabel(language, category)]),
  ),
  channels: Object.fromEntries(channels.map((channel) => [channel.name, channelLabel(language, channel)])),
});

function agreementsOf({ channels }: Vocabulary, language: Language, brand: string) {
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
