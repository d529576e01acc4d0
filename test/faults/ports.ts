import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the ports that systems give to outgoing connections: nobody takes one while its owner is away. */
const LOWEST = 20_000;
const RANGE = 12_000;

/** A port of 127.0.0.1 that is free, and stays so while whoever has it is killed and started again. */
export async function lastingPort(): Promise<number> {
  for (;;) {
    const port = LOWEST + Math.floor(Math.random() * RANGE);
    const server = createServer();
    try {
      server.listen({ host: '127.0.0.1', port, exclusive: true });
      await once(server, 'listening');
      server.close();
      await once(server, 'close');
      return port;
    } catch {
      // Somebody has it: the next one.
    }
  }
}
