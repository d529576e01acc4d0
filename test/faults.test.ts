import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXPERIMENTS } from './faults/experiments.js';
import { perform } from './faults/run.js';
import { Servers } from './faults/servers.js';
import { PREFIX } from './support/services.js';
import { hasRedis } from './support/databases.js';

/** How many experiments are under way at once. They wait more than they work. */
const AT_ONCE = 3;
const PATIENCE = 600_000;

interface Ground {
  readonly folder: string;
  readonly servers: Servers;
}

/** The short form of `npm run test:faults`, which docs/reliability.md explains; the last of them is model.test.ts. */
describe.skipIf(!hasRedis)('nothing is lost, doubled or wrongly told of', () => {
  const grounds: Ground[] = [];
  const free: Ground[] = [];
  const queue: ((ground: Ground) => void)[] = [];

  beforeAll(async () => {
    for (let index = 0; index < AT_ONCE; index += 1) {
      const folder = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
      grounds.push({ folder, servers: await Servers.start(folder) });
    }
    free.push(...grounds);
  }, PATIENCE);
  afterAll(async () => {
    for (const { folder, servers } of grounds) {
      await servers.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  }, PATIENCE);

  /** Servers of its own for each: what is killed here must not be missed there. */
  async function onGround<T>(work: (ground: Ground) => Promise<T>): Promise<T> {
    const ground = free.pop() ?? (await new Promise<Ground>((resolve) => queue.push(resolve)));
    try {
      return await work(ground);
    } finally {
      const next = queue.shift();
      if (next) next(ground);
      else free.push(ground);
    }
  }

  it.concurrent.each(EXPERIMENTS.map((experiment) => [experiment.title, experiment] as const))(
    '%s',
    { timeout: PATIENCE },
    async (_, experiment) => {
      const scale = { count: 300, short: true, seed: 'npm test' };
      const result = await onGround(({ servers, folder }) => perform(experiment, servers, folder, scale));
      const { lost, doubled, wrong, quietAfter, findings, accepted } = result;
      expect({ lost, doubled, wrong }).toEqual({ lost: 0, doubled: 0, wrong: 0 });
      expect(findings.filter(({ holds }) => !holds)).toEqual([]);
      expect(quietAfter).toBeDefined();
      expect(accepted).toBeGreaterThan(0);
    },
  );
});
