/** An element with what is in it, in order. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: (XmlElement | string)[];
}

/** The text is not well-formed; the message says where. */
export class XmlError extends Error {}

const PIECE =
  /<!--[^]*?-->|<\?[^]*?\?>|<!\[CDATA\[(?<data>[^]*?)\]\]>|<\/(?<end>[\w:.-]+)\s*>|<(?<start>[A-Za-z_][\w:.-]*)(?<attributes>(?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(?<empty>\/?)>|(?<text>[^<]+)/gy;
const ATTRIBUTE = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const ENTITY = /&(?:#(\d+);|#x([\da-f]+);|(\w+);)?/gi;
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The one element of a document. Small and strict: no DTD, so that no entity is anybody's own. */
export function parseXml(document: string): XmlElement {
  const top: XmlElement = { name: '', attributes: {}, children: [] };
  const open = [top];
  const pieces = new RegExp(PIECE);
  while (pieces.lastIndex < document.length) {
    const at = pieces.lastIndex;
    const { groups } = pieces.exec(document) ?? {};
    if (!groups) throw new XmlError(`There is no XML at character ${at + 1}.`);
    take(groups, open);
  }
  if (open.length > 1) throw new XmlError(`<${open.at(-1)?.name ?? ''}> is not closed.`);
  return rootOf(top);
}

/** The text in an element and in all that is in it. */
export const textOf = ({ children }: XmlElement): string =>
  children.map((child) => (typeof child === 'string' ? child : textOf(child))).join('');

export const elementsIn = ({ children }: XmlElement): XmlElement[] =>
  children.filter((child) => typeof child !== 'string');

function take(piece: Partial<Record<string, string>>, open: XmlElement[]): void {
  const { data, end, start, attributes = '', empty, text } = piece;
  const around = open.at(-1);
  if (text !== undefined || data !== undefined) around?.children.push(data ?? decoded(text ?? ''));
  if (end !== undefined) {
    if (open.length < 2 || around?.name !== end) throw new XmlError(`</${end}> closes nothing.`);
    open.pop();
  }
  if (start === undefined) return;
  const element: XmlElement = { name: start, attributes: attributesOf(attributes), children: [] };
  around?.children.push(element);
  if (empty !== '/') open.push(element);
}

function rootOf(top: XmlElement): XmlElement {
  const [root, ...more] = elementsIn(top);
  const loose = top.children.some((child) => typeof child === 'string' && child.trim() !== '');
  if (!root || more.length > 0 || loose) throw new XmlError('A document is one element.');
  return root;
}

const attributesOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(ATTRIBUTE)].map(([, name = '', double, single]) => [
      name,
      decoded(double ?? single ?? ''),
    ]),
  );

function decoded(text: string): string {
  return text.replace(ENTITY, (entity, decimal?: string, hex?: string, name?: string) => {
    const known = name === undefined ? undefined : NAMED[name];
    if (known !== undefined) return known;
    const code = decimal === undefined ? parseInt(hex ?? '', 16) : Number(decimal);
    if (!(code > 0 && code <= 0x10_ff_ff)) {
      throw new XmlError(`${entity} is no entity.`);
    }
    return String.fromCodePoint(code);
  });
}
