import { createECDH, type ECDH, randomBytes, randomUUID } from 'node:crypto';
import ece from 'http_ece';

/** A browser that somebody plays: it has keys as a real one has, and can read what comes. */
export class PushDevice {
  readonly id = randomUUID();
  readonly endpoint: string;
  readonly keys: { readonly p256dh: string; readonly auth: string };
  /** Who may write to it: set by the first message, as a browser sets it when it subscribes. */
  vapidKey: string | undefined;
  isGone = false;
  private readonly pair: ECDH = createECDH('prime256v1');

  /** @param origin of the push service that serves it */
  constructor(
    readonly name: string,
    origin: string,
  ) {
    this.endpoint = `${origin}/push/${this.id}`;
    this.keys = {
      p256dh: this.pair.generateKeys('base64url'),
      auth: randomBytes(16).toString('base64url'),
    };
  }

  /** Throws where it was not written for this device. */
  read(body: Buffer): string {
    const parameters = { version: 'aes128gcm', privateKey: this.pair, authSecret: this.keys.auth } as const;
    return ece.decrypt(body, parameters).toString('utf8');
  }
}
