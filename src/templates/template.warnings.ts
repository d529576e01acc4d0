import { didYouMean } from '../http/closest.js';
import { DomainError } from '../http/domain.error.js';
import type { ChainStep } from './catalogue.js';
import { withUser } from './example.user.js';
import { compileWords, fill, type WantedChannel } from './renderer.js';
import type { Words } from './words.js';
import type { Entry, FileProblem } from './yaml.reader.js';

/** Words that were read, and where they stand. */
export interface WordsAt {
  readonly locale: string;
  readonly words: Words;
  readonly example: Record<string, unknown>;
  readonly entry: Entry;
  readonly file: string;
}

/** A chain that was read, and where it stands. */
export interface ChainAt {
  readonly chain: readonly ChainStep[];
  readonly entry: Entry;
  readonly file: string;
}

/** What can be loaded and should be looked at: a channel without words, an example that lacks a variable. */
export function warningsOf(all: readonly WordsAt[], channels?: readonly WantedChannel[]): FileProblem[] {
  const expected = channels ?? commonChannels(all.map(({ words }) => words));
  return all.flatMap((one) => [...gapsOf(one, expected), ...exampleProblemsOf(one)]);
}

/** A step of a chain through a channel that is not plugged in is passed over. */
export function strangersIn(chains: readonly ChainAt[], plugged: readonly string[]): FileProblem[] {
  return chains.flatMap(({ chain, entry, file }) =>
    chain
      .filter(({ channel }) => !plugged.includes(channel))
      .map(({ channel }) => {
        const message = `${entry.path}: ${channel} is no channel of this service, and is passed over.`;
        return { file, line: entry.line, message: message + didYouMean(channel, plugged) };
      }),
  );
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

function gapsOf({ words, entry, file }: WordsAt, expected: readonly WantedChannel[]): FileProblem[] {
  const say = (message: string) => ({ file, line: entry.line, message: `${entry.path}: ${message}` });
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

function exampleProblemsOf({ words, locale, example, entry, file }: WordsAt): FileProblem[] {
  const wanted = Object.entries(words.channels).map(([channel, parts]) => ({
    channel,
    parts: Object.keys(parts),
  }));
  try {
    fill(compileWords(words), locale, withUser(example), wanted, {
      frontendUrl: 'https://example.com',
      country: 'IN',
    });
    return [];
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return [
      { file, line: entry.line, message: `${entry.path}: the example does not fill it in. ${error.detail}` },
    ];
  }
}
