import { createECDH, ECDH } from 'node:crypto';

const CURVE = 'prime256v1';

/** The pair with which a push service knows who sends (RFC 8292), each as base64url. */
export interface VapidKeys {
  /** 65 bytes: what browsers subscribe with. */
  readonly publicKey: string;
  /** 32 bytes. */
  readonly privateKey: string;
}

export function newVapidKeys(): VapidKeys {
  const pair = createECDH(CURVE);
  const publicKey = pair.generateKeys('base64url');
  // A key with zeros in front comes shorter.
  const privateKey = Buffer.concat([Buffer.alloc(32), pair.getPrivateKey()]).subarray(-32);
  return { publicKey, privateKey: privateKey.toString('base64url') };
}

/** Undefined where it is no key. */
export function publicKeyOf(privateKey: string): string | undefined {
  try {
    const pair = createECDH(CURVE);
    pair.setPrivateKey(privateKey, 'base64url');
    return pair.getPublicKey('base64url');
  } catch {
    return undefined;
  }
}

/** Whether two public keys are the same one, be they written with or without what base64 fills up with. */
export const isSameKey = (one: string, other: string): boolean =>
  Buffer.from(one, 'base64url').equals(Buffer.from(other, 'base64url'));

/** Whether it is a point of the curve, as browsers give it: 65 bytes, base64url. */
export function isPublicKey(key: string): boolean {
  try {
    return Buffer.from(key, 'base64url').length === 65 && ECDH.convertKey(key, CURVE, 'base64url').length > 0;
  } catch {
    return false;
  }
}
