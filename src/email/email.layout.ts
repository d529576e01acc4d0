import { readFileSync } from 'node:fs';
import { inline } from '@css-inline/css-inline';
import { LAYOUT_WORDS, type LayoutWords, layoutWordsFor } from './email.layout.words.js';

/** The words of a mail, and what stands around them. */
export interface Letter {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  /** Of these words; English where it is absent. */
  readonly locale?: string;
  /** Who writes: the name in the head of the mail. */
  readonly brand: string;
  /** Where relative links lead. */
  readonly site: string;
  /** The way out, where there is one. */
  readonly unsubscribeUrl: string | null;
  /** Where the person chooses everything. */
  readonly preferencesUrl: string;
}

export type LaidOut = Pick<Letter, 'subject' | 'html' | 'text'>;

/** The same place from `src` and from `dist`. */
const file = (name: string) => readFileSync(new URL(`../../web/email/${name}`, import.meta.url), 'utf8');

/** Without comments and on one line, as it is to stand in an attribute. */
const styles = (name: string) =>
  file(name)
    .replace(/\/\*[^]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .trim();

const BODY_STYLES = styles('body.css');
/** Enough for the line that mailboxes show beside the subject. */
const PREHEADER = 140;
const LONGEST_SUBJECT = 250;

const PLACES = ['subject', 'preheader', 'brand', 'body', 'why', 'unsubscribe', 'preferences'] as const;
type Places = Readonly<Record<(typeof PLACES)[number], string>>;

const LAYOUT = file('layout.html');
const LAYOUT_WITHOUT_WAY_OUT = LAYOUT.replace(/\s*<p><a href="{{unsubscribe}}.*<\/p>/, '');
const FRAMES = new Map(
  LAYOUT_WORDS.map((words) => [
    words,
    { open: frame(LAYOUT, words), closed: frame(LAYOUT_WITHOUT_WAY_OUT, words) },
  ]),
);

/** Puts the words of a template into the common layout: one HTML part and one text part that say the same. */
export function layOut({
  subject,
  html,
  text,
  locale,
  brand,
  site,
  unsubscribeUrl,
  preferencesUrl,
}: Letter): LaidOut {
  const line = subjectLine(subject);
  const body = withFullLinks(inlined(html), site);
  const plain = text.replace(/\r\n?/g, '\n').trim();
  const words = layoutWordsFor(locale);
  const why = words.why(brand);
  const places: Places = {
    subject: escaped(line),
    preheader: escaped(shortened(oneLine(plain), PREHEADER)),
    brand: escaped(brand),
    body: body.html,
    why: escaped(why),
    unsubscribe: escaped(unsubscribeUrl ?? ''),
    preferences: escaped(preferencesUrl),
  };
  const wayOut = unsubscribeUrl === null ? [] : [`${words.wayOut}: ${unsubscribeUrl}`];
  const foot = [why, ...wayOut, `${words.choose}: ${preferencesUrl}`].join('\n');
  return {
    subject: line,
    html: filled(FRAMES.get(words)?.[unsubscribeUrl === null ? 'closed' : 'open'] ?? [], places),
    text: `${withTheseLinks(plain, body.links)}\n\n-- \n${foot}\n`,
  };
}

/** A subject is one line: whatever breaks lines in any client, or could begin another header, is a blank. */
export const subjectLine = (subject: string) => shortened(oneLine(subject), LONGEST_SUBJECT);

/** The layout does not change from mail to mail, so its styles are inlined once. */
function frame(layout: string, { lang, wayOut, choose }: LayoutWords): readonly string[] {
  const tight = layout.replace(/\n\s*/g, '\n');
  return inline(
    tight
      .replace('{{page}}', () => styles('page.css'))
      .replace('{{lang}}', lang)
      .replace('{{wayOut}}', wayOut)
      .replace('{{choose}}', choose),
  )
    .replace('</head>', () => `<style>${styles('screen.css')}</style></head>`)
    .split(new RegExp(`\\{\\{(${PLACES.join('|')})\\}\\}`));
}

/** `split` with a group leaves text and place in turn. */
const filled = (pieces: readonly string[], places: Places) =>
  pieces.map((piece, index) => (index % 2 === 0 ? piece : places[piece as keyof Places])).join('');

/** As a document of its own: so a tag that a template forgot to close cannot break the layout around it. */
function inlined(html: string): string {
  const page = inline(`<!doctype html><body>${html}`, { extraCss: BODY_STYLES });
  return page.slice(page.indexOf('<body>') + '<body>'.length, page.lastIndexOf('</body>'));
}

/** After inlining every attribute is in double quotes, and one tag has one of the two at most. */
const LINK = /(<[a-z][^<>]*?\s(?:href|src)=")([^"]*)"/gi;
const SCHEMES = /^(?:https?|mailto|tel):/i;

/** A mail has no address of its own: links lead to the site, and to nothing that is no link. */
function withFullLinks(html: string, site: string): { html: string; links: ReadonlyMap<string, string> } {
  const links = new Map<string, string>();
  const full = html.replace(LINK, (_, before: string, link: string) => {
    if (SCHEMES.test(link) || link.startsWith('#')) return `${before}${link}"`;
    if (/^[a-z][a-z0-9+.-]*:/i.test(link) || link.startsWith('//')) return `${before}#"`;
    const whole = `${site}/${link.replace(/^\/+/, '')}`;
    links.set(unescaped(link), unescaped(whole));
    return `${before}${whole}"`;
  });
  return { html: full, links };
}

/** In plain text only what the HTML shows to be a link is one. */
function withTheseLinks(text: string, links: ReadonlyMap<string, string>): string {
  if (links.size === 0) return text;
  return text.replace(/[^\s<>()]+?(?=[.,;:!?]*(?:[\s<>()]|$))/g, (word) => links.get(word) ?? word);
}

const BREAKS = /[\p{Cc}\p{Zl}\p{Zp}\s]+/gu;
const oneLine = (text: string) => text.replace(BREAKS, ' ').trim();

const CHARACTERS = new Intl.Segmenter();

/** Cut between characters as people see them, so that no emoji or conjunct is torn. */
function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const torn = CHARACTERS.segment(text.slice(0, most + 50)).containing(most - 1);
  return `${text.slice(0, torn?.index ?? most - 1).trimEnd()}…`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string) => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
const unescaped = (text: string) =>
  text.replaceAll('&quot;', '"').replaceAll('&nbsp;', '\u00a0').replaceAll('&amp;', '&');
