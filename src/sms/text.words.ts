import { Injectable } from '@nestjs/common';
import type { Change, Prepared, Refusal, Wording, WrongOption } from '../channels/channel.js';
import { Dlt } from './dlt.js';
import { ReplySettings } from './reply.settings.js';
import { roomOf, type Segments, segmentsOf, unitsOf } from './segments.js';
import { SmsProviders } from './sms.providers.js';
import { SmsSettings } from './sms.settings.js';
import { SmsTariff } from './sms.tariff.js';
import { type TextOptions, wrongTextOptions } from './text.options.js';
import { type Tidied, tidied } from './tidy.js';
import { isOnlyHere } from './twilio.account.js';

/** Replacements that one sentence names. */
const MOST_NAMED = 8;

/** The words of a text message, made ready: tidied, counted, and refused when they are too long. Never cut. */
@Injectable()
export class TextWords {
  constructor(
    private readonly settings: SmsSettings,
    private readonly replies: ReplySettings,
    private readonly dlt: Dlt,
    private readonly tariff: SmsTariff,
    private readonly providers: SmsProviders,
  ) {}

  prepare(wording: Wording<'text'>): Prepared<'text'> {
    const { to } = wording;
    const { tidy = true, max_segments: most = this.settings.maxSegments, dlt }: TextOptions = wording.options;
    const said = this.withWayOut(wording);
    const better = tidy ? tidied(said) : undefined;
    const text = better?.text ?? said;
    const { segments, encoding } = better ?? segmentsOf(text);
    const registered = this.dlt.check(to, text, dlt);
    const unregistered = registered && 'rule' in registered ? registered : undefined;
    const refusal = segments > most ? tooLong(text, { segments, encoding }, most) : unregistered;
    return {
      content: { text, ...(registered && !unregistered && registered) },
      estimate: this.tariff.estimate(to, { segments, encoding }),
      ...(better && { changes: [changeOf(better)] }),
      ...(refusal && { refusal }),
    };
  }

  wrongOptions(options: Readonly<Record<string, unknown>>): readonly WrongOption[] {
    return wrongTextOptions(options);
  }

  /** In countries where nobody can reply STOP. A real phone gets no link to this machine. */
  private withWayOut({ content, wayOut }: Wording<'text'>): string {
    const link = this.replies.preferenceLink === 'optional' ? wayOut?.() : undefined;
    const isDead = link === undefined || (this.providers.mode === 'live' && isOnlyHere(link));
    return isDead ? content.text : `${content.text} Stop: ${link}`;
  }
}

function changeOf({ replaced, saved, segments }: Tidied): Change {
  const named = replaced
    .slice(0, MOST_NAMED)
    .map(
      ({ character, place, becomes }) =>
        `${visible(character)} at ${place} by ${NAMES[becomes] ?? becomes.trim()}`,
    );
  const more = replaced.length - named.length;
  const list = [...named, ...(more > 0 ? [`${more} more`] : [])].join(', ');
  const effect =
    saved === 0
      ? `takes ${counted(segments)}, as before`
      : `takes ${counted(segments)} instead of ${segments + saved}`;
  return {
    rule: 'tidied',
    detail: `Replaced ${list}: so the text is GSM-7 and ${effect}.`,
    replaced: replaced.map((one) => ({ part: 'text', ...one })),
    saved,
  };
}

const NAMES: Readonly<Record<string, string>> = { '': 'nothing', ' ': 'a blank', '\n': 'a line break' };

/** Blanks and invisible characters, which no one would see, by their number in Unicode. */
const visible = (characters: string) =>
  characters.trimEnd().replace(/^$|[\s\p{Cf}]/gu, (one) => numberOf(one === '' ? characters : one));

const numberOf = (character: string) =>
  `U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;

function tooLong(text: string, { segments, encoding }: Segments, most: number): Refusal {
  const over = Math.max(unitsOf(text, encoding) - roomOf(most, encoding), 1);
  const shorter = `Shorten it by ${over} ${over === 1 ? 'character' : 'characters'}`;
  return {
    rule: 'too_long',
    fault: 'content',
    detail:
      `The text takes ${counted(segments)} of ${encoding}, and ${most} ${most === 1 ? 'is' : 'are'} allowed. ` +
      `${shorter}, or allow more: options.sms.max_segments of the template, or SMS_MAX_SEGMENTS.`,
  };
}

const counted = (segments: number) => (segments === 1 ? '1 segment' : `${segments} segments`);
