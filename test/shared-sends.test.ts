import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestApp, until } from './support/app.js';
import { ORDER } from './support/requests.js';

const PEOPLE = ['p1', 'p2', 'p3', 'p4', 'p5'];
const EACH = 30;

let service: TestApp;
let database: pg.Client;
beforeAll(async () => {
  service = await TestApp.start();
  database = new pg.Client({ connectionString: service.databaseUrl });
  await database.connect();
  for (const id of PEOPLE) {
    await service.call('PUT', `/api/users/${id}`, { body: { email: `${id}@example.com` } });
  }
});
afterAll(async () => {
  await database.end();
  await service.stop();
});

const send = (user: string) =>
  service.call<{ id: string }>('POST', '/api/notifications', {
    body: { type: 'order_ready', user, context: ORDER, channels: ['email'] },
  });

it('sends that share a commit give everybody an inbox without gaps, and each mail goes once', async () => {
  const answers = await Promise.all(
    Array.from({ length: EACH }, () => [...PEOPLE, 'nobody']).map((people) => Promise.all(people.map(send))),
  );
  const refused = answers.flat().filter(({ status }) => status !== 202);
  expect(refused.map(({ status }) => status)).toEqual(Array.from({ length: EACH }, () => 422));
  expect(new Set(answers.flat().map(({ body }) => body.id)).size).toBe(PEOPLE.length * EACH + 1);

  for (const id of PEOPLE) {
    const { rows } = await database.query<{ seq: string }>(
      'SELECT seq FROM notifications WHERE user_id = $1 ORDER BY seq',
      [id],
    );
    expect(rows.map(({ seq }) => Number(seq))).toEqual(Array.from({ length: EACH }, (_, index) => index + 1));
    const mails = await until(async () => {
      const found = await service.sandbox.messages({ channel: 'email', to: `${id}@example.com` });
      return found.length >= EACH ? found : undefined;
    }, `${EACH} mails to ${id}`);
    expect(new Set(mails.map(({ message_id: messageId }) => messageId)).size).toBe(EACH);
    expect(mails).toHaveLength(EACH);
  }
}, 60_000);
