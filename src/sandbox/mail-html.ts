/** A link of a mail, with the words that somebody sees. */
export interface Link {
  readonly href: string;
  readonly text: string;
}

/** A start tag as it stands in HTML: what is quoted may hold any character. */
const TAG = /<(?<name>[a-z][\w-]*)(?<attributes>(?:"[^"]*"|'[^']*'|[^'">])*)>/gi;
const ATTRIBUTE = /([^\s"'>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g;
const UNSEEN = /<!--[^]*?-->|<(style|script|title)\b[^]*?<\/\1\s*>/gi;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: '\u00a0' };

type Attributes = Readonly<Record<string, string>>;

/** The attributes of each tag of this name, by lower-case name, with the HTML behind it. */
export function tagsIn(html: string, name: string): { attributes: Attributes; rest: string }[] {
  const seen = html.replace(UNSEEN, '');
  return [...seen.matchAll(TAG)].flatMap(({ groups, index, 0: tag }) =>
    groups?.['name']?.toLowerCase() === name
      ? [{ attributes: attributesOf(groups['attributes'] ?? ''), rest: seen.slice(index + tag.length) }]
      : [],
  );
}

export function linksIn(html: string): Link[] {
  return tagsIn(html, 'a').flatMap(({ attributes: { href }, rest }) => {
    if (href === undefined) return [];
    const [inside = ''] = rest.split(/<\/a\s*>/i, 1);
    const text = decoded(inside.replace(TAG, ' ').replace(/<\/[^>]*>/g, ' '));
    return [{ href, text: text.replace(/\s+/g, ' ').trim() }];
  });
}

const attributesOf = (text: string): Attributes =>
  Object.fromEntries(
    [...text.matchAll(ATTRIBUTE)].map(([, name = '', double, single, bare]) => [
      name.toLowerCase(),
      decoded(double ?? single ?? bare ?? ''),
    ]),
  );

const decoded = (text: string): string =>
  text
    .replace(/&#(?:x([\da-f]{1,6})|(\d{1,7}));/gi, (_, hex?: string, decimal?: string) =>
      String.fromCodePoint(Math.min(hex ? parseInt(hex, 16) : Number(decimal), 0x10_ff_ff)),
    )
    .replace(/&(\w+);/g, (entity, name: string) => ENTITIES[name] ?? entity);
