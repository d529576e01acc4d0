import { internal } from './expressions.js';
import { filters } from './filters.js';
import type { Printer } from './markup.js';
import type { Run } from './run.js';

type Callee = (this: Run, value: unknown, path: string, ...args: never[]) => unknown;

/** How a value becomes text, or what is wrong with it. */
function written(run: Run, value: unknown, path: string): string {
  if (typeof value === 'string') return value;
  if (value === undefined) run.lacks(path);
  else if (typeof value === 'object' && value !== null) {
    run.cannotUse(path, 'is a list or an object, which cannot be written out: name one of its fields.');
  } else if (value !== null) return `${value as number | boolean}`;
  return '';
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string) => text.replace(/[&<>"']/g, (found) => ESCAPES[found] ?? found);

const oneLine = (text: string) => text.replace(/\s*[\r\n\v\f\u0085\u2028\u2029]+\s*/g, ' ');

/** Encoded, so that it stays one piece of the link: `a/b?c` cannot lead elsewhere. */
const piece = (text: string) => encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'));

/** Where a link may lead: http, https, mailto, or a place on the platform's own site. */
export function isSafeLink(link: string): boolean {
  if (/[\0-\x20\x7f\\]/.test(link) || link.startsWith('//')) return false;
  return /^(?:https?:\/\/|mailto:)/i.test(link) || !/^[^/?#]*:/.test(link);
}

function safeLink(run: Run, link: string, path: string): string {
  if (isSafeLink(link)) return link;
  run.cannotUse(
    path,
    'is no safe link: it must begin with https://, http://, mailto: or /, without blanks.',
    'template.unsafe-link',
  );
  return '';
}

const printers: Readonly<Record<Printer, Callee>> = {
  text(value, path) {
    return written(this, value, path);
  },
  line(value, path) {
    return oneLine(written(this, value, path));
  },
  html(value, path) {
    return escaped(written(this, value, path));
  },
  url(value, path) {
    return safeLink(this, written(this, value, path), path);
  },
  'url-piece'(value, path) {
    return piece(written(this, value, path));
  },
  'html-url'(value, path) {
    return escaped(safeLink(this, written(this, value, path), path));
  },
  'html-url-piece'(value, path) {
    return escaped(piece(written(this, value, path)));
  },
};

const questions: Readonly<Record<string, Callee>> = {
  [internal.need](value, path) {
    return value === undefined ? this.lacks(path) : value;
  },
  [internal.scalar](value, path) {
    if (value === undefined) return this.lacks(path);
    if (typeof value !== 'object' || value === null) return value;
    return this.cannotUse(path, 'is a list or an object, which cannot be compared.');
  },
  [internal.each](value, path, size: number) {
    if (value === undefined) this.lacks(path);
    else if (Array.isArray(value)) {
      this.spend(value.length * size);
      const list: readonly unknown[] = value;
      return list.includes(null) ? list.map((item) => item ?? undefined) : list;
    } else if (value !== null && value !== '') this.cannotUse(path, 'must be a list.');
    return [];
  },
  [internal.defined]: (value) => value !== undefined,
};

/** Everything that a compiled template can call, by name. */
export const functions: ReadonlyMap<string, Callee> = new Map<string, Callee>([
  ...Object.entries(printers).map(([name, print]) => [internal.print(name as Printer), print] as const),
  ...Object.entries(questions),
  ...[...filters].map(([name, filter]) => [name, filter.apply] as const),
]);
