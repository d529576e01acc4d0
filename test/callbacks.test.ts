import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Leases } from '../src/deliveries/leases.js';
import { ProviderReports } from '../src/deliveries/provider-reports.js';
import { PROVIDER_RANK, type ProviderStatus, statusOf } from '../src/deliveries/status.js';
import { TestApp, until } from './support/app.js';
import { send } from './support/requests.js';

const WORDS = ['queued', 'sending', 'sent', 'undelivered', 'failed', 'delivered', 'read'] as const;

describe('callbacks', () => {
  let service: TestApp;
  let database: pg.Client;
  beforeAll(async () => {
    service = await TestApp.start({ ROLE: 'api' });
    database = new pg.Client({ connectionString: service.databaseUrl });
    await database.connect();
  });
  afterAll(async () => {
    await database.end();
    await service.stop();
  });

  let people = 0;
  /** A text in a worker's hands. */
  const claimed = async () => {
    people += 1;
    const phone = `+9198765${String(10_000 + people)}`;
    const { body } = await send(
      service,
      { id: `p${people}`, phone, preferences: { order_updates_sms: true } },
      { channels: ['sms'] },
    );
    const id = body.deliveries.find(({ channel }) => channel === 'sms')?.id ?? '';
    // A process that does not deliver takes its hint back, and a row that is being written is not claimed.
    const leases = service.app.get(Leases, { strict: false });
    return until(async () => (await leases.claim(id)) ?? undefined, 'the claim');
  };

  it('in any order, any number, together or one by one, before our own commit or after it, end as the carrier ended', async () => {
    const leases = service.app.get(Leases, { strict: false });
    const reports = service.app.get(ProviderReports, { strict: false });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom<ProviderStatus>(...WORDS), { minLength: 1, maxLength: 8 }),
        fc.nat({ max: 8 }),
        fc.boolean(),
        async (words, commitAt, together) => {
          const { id, attempt, leaseToken } = await claimed();
          const providerId = `SM-${id}`;
          const say = (word: ProviderStatus) => {
            const status = statusOf(word);
            const failed = status === 'failed';
            return reports.apply({
              provider: 'carrier',
              providerId,
              deliveryId: id,
              attempt,
              word,
              rank: PROVIDER_RANK[word],
              status,
              reason: failed ? 'undelivered' : null,
              fault: failed ? 'provider' : null,
              delay: 0,
              errorCode: null,
              errorMessage: null,
              payload: {},
            });
          };
          const commit = () =>
            leases.settle({
              id,
              attempt,
              leaseToken,
              status: 'sent',
              provider: 'carrier',
              providerId,
              providerStatus: 'queued',
              providerRank: 1,
            });
          const steps = words.map((word) => () => say(word));
          steps.splice(Math.min(commitAt, steps.length), 0, commit as never);
          if (together) await Promise.all(steps.map((step) => step()));
          else for (const step of steps) await step();

          const highest = words.reduce((a, b) => (PROVIDER_RANK[b] > PROVIDER_RANK[a] ? b : a));
          const { rows } = await database.query<{ status: string; provider_rank: number }>(
            'SELECT * FROM deliveries WHERE id = $1',
            [id],
          );
          expect(rows[0]).toMatchObject({ status: statusOf(highest), provider_rank: PROVIDER_RANK[highest] });
          const events = await database.query('SELECT FROM provider_events WHERE delivery_id = $1', [id]);
          expect(events.rowCount).toBe(words.length);
        },
      ),
      { numRuns: 150 },
    );
  }, 60_000);
});
