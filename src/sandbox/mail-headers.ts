const WORD = /=\?([^?*\s]+)(?:\*[^?\s]*)?\?([bq])\?([^?\s]*)\?=/gi;
const BETWEEN_WORDS = /(\?=)\s+(?==\?)/g;

/** The header fields of a raw mail by lower-case name, unfolded; cheap, because every mail goes through it. */
export function headersOf(raw: Buffer): Map<string, string[]> {
  const headers = new Map<string, string[]>();
  for (const line of unfolded(raw)) {
    const colon = line.indexOf(':');
    if (colon < 1) continue;
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    const values = headers.get(name);
    if (values) values.push(value);
    else headers.set(name, [value]);
  }
  return headers;
}

/** Encoded words (RFC 2047) as text. */
export function decodeWords(value: string): string {
  if (!value.includes('=?')) return value;
  return value
    .replace(BETWEEN_WORDS, '$1')
    .replace(WORD, (word, charset: string, encoding: string, text: string) => {
      try {
        return new TextDecoder(charset).decode(encoding.toLowerCase() === 'b' ? base64(text) : quoted(text));
      } catch {
        return word;
      }
    });
}

function unfolded(raw: Buffer): string[] {
  const end = raw.indexOf('\r\n\r\n');
  const head = raw.subarray(0, end < 0 ? raw.length : end).toString('utf8');
  return head.replace(/\r\n(?=[ \t])/g, '').split('\r\n');
}

const base64 = (text: string): Buffer => Buffer.from(text, 'base64');

function quoted(text: string): Buffer {
  const bytes = text
    .replaceAll('_', ' ')
    .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1');
}
