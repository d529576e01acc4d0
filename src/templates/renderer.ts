import { DomainError } from '../http/domain.error.js';
import { checkContext } from './context.js';
import { compilePart, type Part } from './part.js';
import { isSafeLink } from './printers.js';
import { type Context, own, Run } from './run.js';
import type { PartKind, SyntaxProblem } from './syntax.js';
import type { Words } from './words.js';

/** A channel, and the parts it must have to send anything. */
export interface WantedChannel {
  readonly channel: string;
  readonly parts: readonly string[];
}

/** Why one part of a template is refused. */
export interface PartProblem extends SyntaxProblem {
  /** `title`, `message`, `action_url`, or channel and part as `email.html`. */
  readonly part: string;
}

/** Words ready to be filled in. */
export interface CompiledWords {
  readonly title: Part;
  readonly message: Part;
  readonly actionUrl: Part | null;
  readonly channels: ReadonlyMap<string, ReadonlyMap<string, Part>>;
}

/** Where relative links lead, and how dates are written. */
export interface Surroundings {
  readonly frontendUrl: string;
  /** ISO country of a locale that names none. */
  readonly country: string;
}

/** What a message says, for the channels that were asked for. */
export interface Filled {
  readonly title: string;
  readonly message: string;
  /** As the template or the sender wrote it: relative to the platform's site, or absolute. */
  readonly actionUrl: string | null;
  readonly parts: Record<string, Record<string, string>>;
  /** Channels for which the template lacks a part. */
  readonly missingChannels: string[];
}

/** A template that may not be used; each problem says where and why. */
export class RefusedWords extends Error {
  constructor(readonly problems: readonly PartProblem[]) {
    super(
      problems
        .map(({ part, line, column, reason }) => `${part}, line ${line}, column ${column}: ${reason}`)
        .join('\n'),
    );
    this.name = 'RefusedWords';
  }
}

/** The name of a part decides how variables are written into it: only `html` is escaped. */
const KINDS: Readonly<Record<string, PartKind>> = {
  html: 'html',
  subject: 'line',
  title: 'line',
  action_url: 'url',
};

/** Compiles every part, or throws RefusedWords with all problems of all parts. */
export function compileWords({ title, message, actionUrl, channels }: Words): CompiledWords {
  const problems: PartProblem[] = [];
  const compile = (name: string, source: string, part = name): Part => {
    const made = compilePart(source, KINDS[part] ?? 'text');
    if ('part' in made) return made.part;
    problems.push(...made.problems.map((problem) => ({ part: name, ...problem })));
    return () => '';
  };
  const compiled = {
    title: compile('title', title),
    message: compile('message', message),
    actionUrl: actionUrl === null ? null : compile('action_url', actionUrl),
    channels: new Map(
      Object.entries(channels).map(([channel, parts]) => [
        channel,
        new Map(
          Object.entries(parts).map(([part, source]) => [part, compile(`${channel}.${part}`, source, part)]),
        ),
      ]),
    ),
  };
  if (problems.length > 0) throw new RefusedWords(problems);
  return compiled;
}

/** Fills in all parts that were asked for; everything that is missing is told at once. */
export function fill(
  words: CompiledWords,
  locale: string,
  context: Context,
  wanted: readonly WantedChannel[],
  { frontendUrl, country }: Surroundings,
): Filled {
  checkContext(context);
  const run = new Run(context, locale.includes('-') ? locale : `${locale}-${country}`, timeZoneOf(context));
  try {
    const actionUrl = linkOf(words, context, run);
    if (actionUrl !== null) run.actionUrl = absolute(actionUrl, frontendUrl);
    const filled = { title: words.title(run), message: words.message(run), actionUrl };
    const channels = fillChannels(words, wanted, run);
    run.finish();
    return { ...filled, ...channels };
  } catch (error) {
    if (error instanceof DomainError) throw error;
    const detail = 'The template cannot be filled in with this context.';
    throw new DomainError({ status: 422, code: 'template.failed', detail, cause: error });
  }
}

function fillChannels({ channels }: CompiledWords, wanted: readonly WantedChannel[], run: Run) {
  const parts: Record<string, Record<string, string>> = {};
  const missingChannels: string[] = [];
  for (const { channel, parts: names } of wanted) {
    const written = channels.get(channel);
    if (names.some((name) => !written?.has(name))) {
      missingChannels.push(channel);
      continue;
    }
    parts[channel] = Object.fromEntries(names.map((name) => [name, written?.get(name)?.(run) ?? '']));
  }
  return { parts, missingChannels };
}

/** A link that the sender gave goes before the template's. */
function linkOf({ actionUrl }: CompiledWords, context: Context, run: Run): string | null {
  const given = own(context, 'action_url');
  if (given === undefined) return actionUrl?.(run) ?? null;
  if (typeof given === 'string' && isSafeLink(given)) return given;
  run.cannotUse(
    'action_url',
    'must be a link that begins with https://, http://, mailto: or /.',
    'template.unsafe-link',
  );
  return null;
}

function absolute(link: string, site: string): string {
  if (/^[a-z]+:/i.test(link)) return link;
  return link.startsWith('/') ? `${site}${link}` : `${site}/${link}`;
}

const timeZoneOf = (context: Context) => {
  const zone = own(own(context, 'user'), 'time_zone');
  return typeof zone === 'string' ? zone : 'Asia/Kolkata';
};
