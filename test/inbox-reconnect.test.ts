import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApp } from './support/app.js';
import { hasBrowser } from './support/browser.js';
import { EmbeddingSite, rowIds } from './support/embedded.js';

/** One address in front of the service, as a load balancer: behind it processes come and go. */
class FrontDoor {
  private readonly sockets = new Set<Socket>();
  private target: number | undefined;
  private server!: Server;

  static async open(): Promise<FrontDoor> {
    const door = new FrontDoor();
    door.server = createServer((client) => door.pass(client)).listen(0, '127.0.0.1');
    await once(door.server, 'listening');
    return door;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  leadTo({ url }: TestApp): void {
    this.target = Number(new URL(url).port);
  }

  /** The process is gone, and all connections with it. */
  cut(): void {
    this.target = undefined;
    for (const socket of this.sockets) socket.destroy();
  }

  close(): void {
    this.cut();
    this.server.close();
  }

  private pass(client: Socket): void {
    client.on('error', () => undefined);
    if (this.target === undefined) {
      client.destroy();
      return;
    }
    const service = connect(this.target, '127.0.0.1');
    for (const socket of [client, service]) {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    }
    service.on('error', () => client.destroy());
    client.on('close', () => service.destroy());
    client.pipe(service).pipe(client);
  }
}

describe.skipIf(!hasBrowser)('the inbox while processes of the service die', () => {
  let shop: EmbeddingSite;
  let second: TestApp;
  let door: FrontDoor;
  beforeAll(async () => {
    shop = await EmbeddingSite.start();
    second = await TestApp.start({ DATABASE_URL: shop.service.databaseUrl, DEV_API_KEY: shop.service.key });
    door = await FrontDoor.open();
    door.leadTo(shop.service);
  });
  afterAll(async () => {
    door.close();
    await second.stop();
    await shop.stop();
  });

  it('misses nothing and shows nothing twice, whatever happened meanwhile', async () => {
    shop.person = 'asha';
    const [first, read] = [await shop.notify(), await shop.notify()];
    const page = await shop.live({ base: door.url });
    await page.evaluate(`globalThis.seen = []; document.addEventListener('notification', (event) => {
      seen.push(event.detail.id);
    })`);
    await page.locator('notify-inbox .bell').click();
    await expect.poll(() => rowIds(page), { timeout: 8000 }).toEqual([read, first]);
    const before = await shop.notify();
    await expect.poll(() => rowIds(page), { timeout: 8000 }).toEqual([before, read, first]);

    door.cut();
    await page.getByText('No connection.').waitFor();
    const as = await shop.service.token('asha');
    const missed = [await shop.notify({}, second), await shop.notify({}, second)];
    await second.call('POST', `/api/notifications/${read}/archive`, { as });
    door.leadTo(second);
    await page.locator('notify-inbox[connection=live]').waitFor();
    await expect.poll(() => rowIds(page), { timeout: 8000 }).toEqual([missed[1], missed[0], before, first]);
    await page.getByRole('button', { name: 'Notifications, 4 unread' }).waitFor();
    const after = await shop.notify({}, second);
    await expect
      .poll(() => rowIds(page), { timeout: 8000 })
      .toEqual([after, missed[1], missed[0], before, first]);
    // What was replayed is no news: it rings for none of it.
    expect(await page.evaluate<unknown>('seen')).toEqual([before, after]);
    await shop.close(/WebSocket|ERR_/);
  });
});
