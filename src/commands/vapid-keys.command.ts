import { Command, Help } from 'nest-commander';
import { newVapidKeys } from '../push/vapid.keys.js';
import { EXIT, type Exit } from './exit.js';
import { OperatorCommand } from './operator.command.js';

interface Options {
  json?: boolean;
}

/** Made and printed; nothing keeps them but who reads them. */
@Command({ name: 'vapid-keys', description: 'Make the pair of keys with which browsers know who sends push' })
export class VapidKeysCommand extends OperatorCommand<Options> {
  act(_: readonly string[], { json = false }: Options): Promise<Exit> {
    const { publicKey, privateKey } = newVapidKeys();
    if (json) this.terminal.json({ ok: true, public_key: publicKey, private_key: privateKey });
    else {
      this.terminal.line(`VAPID_PUBLIC_KEY=${publicKey}`);
      this.terminal.line(`VAPID_PRIVATE_KEY=${privateKey}`);
      this.terminal.line('VAPID_SUBJECT=mailto:you@example.com');
      this.terminal.progress(
        'Put them into .env, with an address of yours. Another pair ends every subscription.',
      );
    }
    return Promise.resolve(EXIT.ok);
  }

  @Help('after')
  examples(): string {
    return `
Made once for a service, and kept: browsers subscribe with the public key.

Examples:
  $ npm run cli -- vapid-keys
  $ npm run cli -- vapid-keys >> .env`;
  }
}
