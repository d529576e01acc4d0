import { didYouMean } from '../http/closest.js';
import { DomainError } from '../http/domain.error.js';
import type { ChainStep, NotificationType } from './catalogue.js';
import { withUser } from './example.user.js';
import { compileWords, type Filled, fill, type WantedChannel } from './renderer.js';
import type { Context } from './run.js';
import type { Words } from './words.js';
import type { Entry, FileProblem } from './yaml.reader.js';

/** Contexts that fill the words in: the values are as short, as usual and as long as they get. */
export interface Examples {
  readonly shortest: Context;
  readonly typical: Context;
  readonly longest: Context;
}

/** Words that were read, and where they stand. */
export interface WordsAt {
  readonly type: string;
  readonly category: string;
  readonly priority: NotificationType['priority'];
  /** Whether people may do without the category. */
  readonly optional: boolean;
  readonly locale: string;
  readonly words: Words;
  readonly examples: Examples;
  readonly entry: Entry;
  readonly file: string;
}

/** Something in words that can be loaded all the same. An error is to be cured before anybody gets them. */
export interface Finding extends FileProblem {
  readonly severity: 'error' | 'warning';
}

/** A chain that was read, and where it stands. */
export interface ChainAt {
  readonly chain: readonly ChainStep[];
  readonly entry: Entry;
  readonly file: string;
}

/** A step of a chain through a channel that is not plugged in is passed over. */
export function strangersIn(chains: readonly ChainAt[], plugged: readonly string[]): Finding[] {
  return chains.flatMap(({ chain, entry, file }) =>
    chain
      .filter(({ channel }) => !plugged.includes(channel))
      .map(({ channel }) => {
        const message = `${entry.path}: ${channel} is no channel of this service, and is passed over.`;
        const near = didYouMean(channel, plugged);
        return { severity: 'warning', file, line: entry.line, message: message + near };
      }),
  );
}

/** A channel without words, an example that lacks a variable. */
export function findingsIn(all: readonly WordsAt[], channels?: readonly WantedChannel[]): Finding[] {
  const expected = channels ?? commonChannels(all.map(({ words }) => words));
  return all.flatMap((one) => [...gapsOf(one, expected), ...exampleProblemsOf(one)]);
}

export const findingAt = (
  { file, entry }: WordsAt,
  severity: Finding['severity'],
  message: string,
): Finding => ({ severity, file, line: entry.line, message: `${entry.path}: ${message}` });

/** The words with an example in them. @throws DomainError for what the example lacks. */
export function filledWith({ words, locale }: WordsAt, example: Context): Filled {
  const wanted = Object.entries(words.channels).map(([channel, parts]) => ({
    channel,
    parts: Object.keys(parts),
  }));
  const site = { frontendUrl: 'https://example.com', country: 'IN' };
  return fill(compileWords(words), locale, withUser(example), wanted, site);
}

/** The channels that most templates serve: what a single one lacks is probably forgotten. */
function commonChannels(all: readonly Words[]): WantedChannel[] {
  const counts = new Map<string, number>();
  const parts = new Map<string, Set<string>>();
  for (const { channels } of all) {
    for (const [channel, texts] of Object.entries(channels)) {
      counts.set(channel, (counts.get(channel) ?? 0) + 1);
      parts.set(channel, new Set([...(parts.get(channel) ?? []), ...Object.keys(texts)]));
    }
  }
  return [...counts]
    .filter(([, count]) => count * 2 > all.length)
    .map(([channel]) => ({ channel, parts: [...(parts.get(channel) ?? [])] }));
}

function gapsOf(at: WordsAt, expected: readonly WantedChannel[]): Finding[] {
  const { words } = at;
  const say = (message: string) => findingAt(at, 'warning', message);
  const gaps = expected.flatMap(({ channel, parts }) => {
    const texts = words.channels[channel];
    if (!texts) return parts.length > 0 ? [say(`has no words for ${channel}`)] : [];
    return parts.filter((part) => !(part in texts)).map((part) => say(`has no ${channel}.${part}`));
  });
  const names = expected.map(({ channel }) => channel);
  const strangers = Object.keys(words.channels)
    .filter((channel) => !names.includes(channel))
    .map((channel) => say(`serves ${channel}, which nothing else does.${didYouMean(channel, names)}`));
  return [...gaps, ...strangers];
}

/** One example that many words share is complained of once for each of them: each may need another variable. */
function exampleProblemsOf(at: WordsAt): Finding[] {
  const { shortest, typical, longest } = at.examples;
  const named = new Map([
    [shortest, 'the shortest example'],
    [longest, 'the longest example'],
    [typical, 'the example'],
  ]);
  return [...named].flatMap(([example, name]) => {
    try {
      filledWith(at, example);
      return [];
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return [findingAt(at, 'error', `${name} does not fill it in. ${error.detail}`)];
    }
  });
}
