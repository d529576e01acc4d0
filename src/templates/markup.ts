/** How a variable is written at the place where it stands. */
export type Printer = 'text' | 'line' | 'html' | 'url' | 'url-piece' | 'html-url' | 'html-url-piece';

const TAGS = new Set(
  (
    'a b blockquote br code div em h1 h2 h3 hr i img li ol p small span strong table tbody td tfoot th thead tr u ul' +
    ' center sup sub'
  ).split(' '),
);
const VOID = new Set(['br', 'hr', 'img']);
const URL_ATTRIBUTES = new Set(['href', 'src']);
const TEXT_ATTRIBUTES = new Set(['title', 'alt']);
const FIXED_ATTRIBUTES = new Set(
  'class style width height align valign colspan rowspan border cellpadding cellspacing role lang dir'.split(
    ' ',
  ),
);

/** Thrown for what may not be written; the message is for the author of the template. */
export class Refusal extends Error {}

/**
 * Follows a link as it is put together. Only a known start can lead anywhere, and what follows it is a piece:
 * percent-encoded, so that no value can change where the link goes.
 */
export class LinkReader {
  phase: 'start' | 'variable' | 'rest' = 'start';

  literal(text: string): void {
    if (text === '') return;
    if (this.phase === 'start' && !/^(?:https?:\/\/|mailto:|\/(?!\/)|[#?])/i.test(text)) {
      throw new Refusal('a link begins with https://, http://, mailto:, / or #');
    }
    if (this.phase === 'variable' && !/^[/?#&]/.test(text)) {
      throw new Refusal('after a variable that begins a link comes /, ?, # or &, or the end');
    }
    this.phase = 'rest';
  }

  variable(): 'url' | 'url-piece' {
    if (this.phase !== 'start') return 'url-piece';
    this.phase = 'variable';
    return 'url';
  }
}

/**
 * Reads the fixed text of an HTML fragment between its variables, and knows where each variable stands.
 * It lets through what mail programs show: no scripts, no forms, no handlers, only safe links, all tags closed.
 */
export class MarkupReader {
  private place: 'text' | 'tag' | 'value' = 'text';
  private tag = '';
  private attribute = '';
  private quote = '';
  private link = new LinkReader();
  private open: string[] = [];

  literal(text: string): void {
    let at = 0;
    while (at < text.length) {
      if (this.place === 'text') at = this.readText(text, at);
      else if (this.place === 'tag') at = this.readTag(text, at);
      else at = this.readValue(text, at);
    }
  }

  variable(): Printer {
    if (this.place === 'text') return 'html';
    if (this.place === 'value' && URL_ATTRIBUTES.has(this.attribute)) return `html-${this.link.variable()}`;
    if (this.place === 'value' && TEXT_ATTRIBUTES.has(this.attribute)) return 'html';
    throw new Refusal('a variable stands in text or in the quoted value of href, src, alt or title only');
  }

  end(): void {
    if (this.place !== 'text') throw new Refusal(`<${this.tag}> is not finished`);
    const left = this.open.at(-1);
    if (left !== undefined) throw new Refusal(`<${left}> is not closed`);
  }

  /** Two places with the same state read on in the same way. */
  state(): string {
    const inside = this.place === 'value' ? [this.attribute, this.quote, this.link.phase] : [];
    return [this.place, ...(this.place === 'text' ? [] : [this.tag]), ...inside, ...this.open].join(' ');
  }

  fork(): MarkupReader {
    const copy = new MarkupReader();
    Object.assign(copy, this, { open: [...this.open], link: Object.assign(new LinkReader(), this.link) });
    return copy;
  }

  private readText(text: string, at: number): number {
    const next = text.indexOf('<', at);
    if (next === -1) return text.length;
    if (text.startsWith('<!--', next)) {
      const end = text.indexOf('-->', next + 4);
      if (end === -1) throw new Refusal('a comment ends with --> before the next variable');
      return end + 3;
    }
    const tag = match(/<(\/?)([a-z][a-z0-9]*)(?=[\s/>])/iy, text, next);
    if (!tag) throw new Refusal('a < that begins no tag is written &lt;');
    const [whole, slash, name = ''] = tag;
    this.tag = name.toLowerCase();
    if (!TAGS.has(this.tag)) throw new Refusal(`<${this.tag}> is not allowed in a message`);
    if (slash === '/') return this.close(text, next + whole.length);
    this.place = 'tag';
    return next + whole.length;
  }

  private close(text: string, at: number): number {
    const end = match(/\s*>/y, text, at);
    const expected = this.open.pop();
    if (!end || expected !== this.tag) {
      throw new Refusal(
        `</${this.tag}> closes nothing${expected === undefined ? '' : `: <${expected}> is open`}`,
      );
    }
    return at + end[0].length;
  }

  private readTag(text: string, at: number): number {
    const end = match(VOID.has(this.tag) ? /\s*\/?>/y : /\s*>/y, text, at);
    if (end) {
      if (!VOID.has(this.tag)) this.open.push(this.tag);
      this.place = 'text';
      return at + end[0].length;
    }
    if (match(/\s+$/y, text, at)) return text.length;
    const attribute = match(/\s+([a-z-]+)=(["'])/iy, text, at);
    if (!attribute) throw new Refusal(`the attributes of <${this.tag}> are written name="value"`);
    const [whole, name = '', quote = ''] = attribute;
    this.attribute = name.toLowerCase();
    if (![URL_ATTRIBUTES, TEXT_ATTRIBUTES, FIXED_ATTRIBUTES].some((known) => known.has(this.attribute))) {
      throw new Refusal(`the attribute ${this.attribute} is not allowed in a message`);
    }
    this.quote = quote;
    this.link = new LinkReader();
    this.place = 'value';
    return at + whole.length;
  }

  private readValue(text: string, at: number): number {
    const end = text.indexOf(this.quote, at);
    const value = text.slice(at, end === -1 ? text.length : end);
    if (URL_ATTRIBUTES.has(this.attribute)) this.link.literal(value);
    if (this.attribute === 'style' && /url\s*\(|expression|[@&\\]/i.test(value)) {
      throw new Refusal('a style may not load anything');
    }
    if (end === -1) return text.length;
    this.place = 'tag';
    return end + 1;
  }
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
