import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { Page } from 'playwright-core';
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

describe.skipIf(!hasBrowser)('the inbox while processes of the service die, and people come and go', () => {
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

  it('keeps what somebody is reading in its place, however much has come meanwhile', async () => {
    shop.person = 'bela';
    door.leadTo(shop.service);
    const reading = [await shop.notify(), await shop.notify()].reverse();
    const page = await shop.live({ base: door.url });
    await page.locator('notify-inbox .bell').click();
    await page.locator('notify-inbox article').first().hover();
    door.cut();
    await page.getByText('No connection.').waitFor();
    await Promise.all(Array.from({ length: 22 }, () => shop.notify()));
    const pages = page.waitForResponse(/notifications\?.*cursor=/);
    door.leadTo(shop.service);
    await page.getByRole('button', { name: '22 new' }).waitFor();
    await pages;
    await page.locator('notify-inbox [aria-busy=false]').waitFor();
    expect(await rowIds(page)).toEqual(reading);
    await shop.close(/WebSocket|ERR_/);
  });

  it('shows nothing of one person to the next one on the same page', async () => {
    shop.person = 'chitra';
    const hers = await shop.notify();
    const page = await shop.live();
    await page.locator('notify-inbox .bell').click();
    await expect.poll(() => rowIds(page), { timeout: 8000 }).toEqual([hers]);
    shop.person = 'dev';
    const his = [await shop.notify(), await shop.notify()].reverse();
    const reconnect = `document.querySelector('notify-inbox').reconnect()`;
    await page.evaluate(reconnect);
    await expect.poll(() => rowIds(page), { timeout: 8000 }).toEqual(his);
    await page.getByRole('button', { name: 'Notifications, 2 unread' }).waitFor();
    await page.route('**/token', (route) => route.fulfill({ status: 401, body: '{}' }));
    await page.evaluate(reconnect);
    await page.locator('notify-inbox[connection=signed-out]').waitFor();
    await page.getByRole('button', { name: 'Notifications', exact: true }).waitFor();
    await expect.poll(() => rowIds(page), { timeout: 8000 }).toEqual([]);
    await shop.close(/401/);
  });

  it('goes along, without a source of its own, with the token of the element that has one', async () => {
    const page = await shop.open({ body: '<notify-inbox></notify-inbox><notify-feed></notify-feed>' });
    const signIn = (token: string) =>
      page.evaluate(`document.querySelector('notify-inbox').token = ${JSON.stringify(token)}`);
    const row = (id: string) => page.locator(`notify-feed article[data-id="${id}"]`);
    shop.person = 'esha';
    const hers = await shop.notify();
    await signIn(await shop.service.token('esha'));
    await row(hers).waitFor();
    shop.person = 'farid';
    const his = await shop.notify();
    await signIn(await shop.service.token('farid'));
    await row(his).waitFor();
    await row(hers).waitFor({ state: 'detached' });
    await signIn('');
    await row(his).waitFor({ state: 'detached' });
    await shop.close();
  });

  it('says why the service refuses the page: the wrong kind of token, or far too many events', async () => {
    const told = (page: Page, sentence: RegExp) =>
      page.waitForEvent('console', (line) => line.type() === 'error' && sentence.test(line.text()));
    const page = await shop.open({ body: '<notify-feed token="nk_dev_1_2"></notify-feed>' });
    await page.getByText('What is new cannot be shown on this page.').waitFor();
    const why = told(page, /refused: An API key has no inbox/);
    await page.locator('notify-feed .foot').getByRole('button', { name: 'Try again' }).click();
    await why;
    await page.locator('notify-feed[connection=refused]').waitFor();
    const flood = await shop.live();
    const slow = told(flood, /refused: You sent far too many events/);
    await flood.evaluate(`for (let at = 0; at < 120; at += 1) dispatchEvent(new Event('offline'))`);
    await slow;
    await flood.locator('notify-inbox[connection=refused]').waitFor();
    await shop.close(/401|The live inbox is refused/);
  });
});
