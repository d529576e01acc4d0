import { type Experiment, told } from './experiment.js';

const CALLBACKS = { lost: 0.2, doubled: 0.15, reversed: 0.15, late: 0.1, early: 0.2, strange: 0.1 };
/** What the sandbox calls filtered: accepted, and then not delivered. */
const FILTERED = '+919000030007';

/** Whatever comes of callbacks, the API ends with the carrier's own word. */
export const callbacks: Experiment = {
  number: '7',
  title: "callbacks lost, doubled, reversed, late, before our commit and of nobody's",
  stage: () => ({ roles: ['api', 'worker'], people: 10 }),
  run: async (stage, { count, seed }) => {
    await stage.ask('UPDATE users SET phone = $1 WHERE id = $2', [FILTERED, 'person-7']);
    await stage.misbehave({ seed, callbacks: CALLBACKS });
    await stage.client.send(count, count / 100);
    return [];
  },
  afterwards: async (stage) => {
    const rows = await stage.ask<{ status: string; count: number }>(
      `SELECT status, count(*)::int AS count FROM deliveries WHERE channel = 'sms' AND created_at >= $1
        GROUP BY status ORDER BY status`,
      [stage.since],
    );
    const [events] = await stage.ask<{ all: number; applied: number }>(
      `SELECT count(*)::int AS all, count(*) FILTER (WHERE applied)::int AS applied FROM provider_events
        WHERE received_at >= $1`,
      [stage.since],
    );
    return [
      told(`texts by state: ${rows.map(({ status, count }) => `${status} ${count}`).join(', ')}`),
      told(`${events?.all ?? 0} reports kept, of which ${events?.applied ?? 0} moved a row`),
    ];
  },
};
