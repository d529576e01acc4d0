import { createHash, randomInt } from 'node:crypto';

/**
 * An API key as its owner sees it: `nk_<environment>_<id>_<secret>_<checksum>`. The prefix lets scanners find
 * leaked keys; the checksum (the first 8 hex digits of the SHA-256 of all before it) finds typing mistakes.
 */
export interface ApiKeyParts {
  readonly id: string;
  readonly secret: string;
}

const FORM = /^(nk_[a-z]{2,8}_([0-9A-Za-z]{8,32})_([0-9A-Za-z]{43,64}))_([0-9a-f]{8})$/;
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 43 digits of base 62 hold 256 bits. */
const SECRET_LENGTH = 43;

/** Whether a bearer token means to be an API key, however broken. */
export const looksLikeApiKey = (token: string) => token.startsWith('nk_');

/** The parts, or undefined when it is mistyped. */
export function parseApiKey(key: string): ApiKeyParts | undefined {
  const [, body, id, secret, checksum] = FORM.exec(key) ?? [];
  if (body === undefined || id === undefined || secret === undefined) return undefined;
  return checksumOf(body) === checksum ? { id, secret } : undefined;
}

export function newApiKey(environment: string): ApiKeyParts & { key: string } {
  const id = digits(12);
  const secret = digits(SECRET_LENGTH);
  const body = `nk_${environment}_${id}_${secret}`;
  return { id, secret, key: `${body}_${checksumOf(body)}` };
}

const checksumOf = (body: string) => createHash('sha256').update(body).digest('hex').slice(0, 8);

const digits = (length: number) =>
  Array.from({ length }, () => DIGITS.charAt(randomInt(DIGITS.length))).join('');
