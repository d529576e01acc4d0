import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Experiment } from './faults/experiment.js';
import { EXPERIMENTS } from './faults/experiments.js';
import { DEPLOY } from './faults/rolling-restart.js';
import { perform, type Result } from './faults/run.js';
import { Servers } from './faults/servers.js';
import { Stage, type StageOptions } from './faults/stage.js';
import { PREFIX } from './support/services.js';
import { hasRedis } from './support/databases.js';

const SCALE = { count: 300, short: true, seed: 'npm test' };
const PATIENCE = 600_000;

interface Lane {
  readonly stage: Omit<StageOptions, 'name'>;
  readonly numbers: readonly string[];
}

/**
 * Experiments of a lane come one after the other on the same stage, since most of their time would be starts. The
 * lanes go side by side on servers of their own: experiments wait more than they work.
 */
const LANES: readonly Lane[] = [
  {
    stage: { roles: ['api', 'worker', 'worker'], people: 50, flags: ['--inspect=127.0.0.1:0'] },
    numbers: ['10', '1a', '1b', '2', '9'],
  },
  { stage: { roles: ['api', 'worker'], people: 300 }, numbers: ['3', '4', '5', '13'] },
  { stage: { roles: ['api', 'worker'], people: 10 }, numbers: ['8', '6', '7'] },
  {
    stage: {
      roles: ['all', 'all', 'all'],
      people: 20,
      front: true,
      settings: DEPLOY,
    },
    numbers: ['12', '14', '11'],
  },
];

/** The short form of `npm run test:faults`, which docs/reliability.md explains; the last of them is model.test.ts. */
describe.skipIf(!hasRedis)('nothing is lost, doubled or wrongly told of', () => {
  const results = new Map<Experiment, Promise<Result>>();
  const running: Promise<void>[] = [];
  const folders: string[] = [];

  beforeAll(() => {
    for (const lane of LANES) {
      const folder = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
      folders.push(folder);
      const stage = Servers.start(folder).then(async (servers) => ({
        servers,
        stage: await Stage.set(servers, folder, { name: 'faults', ...lane.stage }),
      }));
      let turn: Promise<unknown> = stage;
      for (const experiment of lane.numbers.flatMap(
        (number) => EXPERIMENTS.find((one) => one.number === number) ?? [],
      )) {
        const result = turn.then(async () => perform(experiment, (await stage).stage, SCALE));
        turn = result.catch(() => undefined);
        results.set(experiment, result);
      }
      const end = async () => {
        const set = await stage;
        await set.stage.clear();
        await set.servers.stop();
      };
      running.push(turn.then(end));
    }
  });
  afterAll(async () => {
    await Promise.allSettled(running);
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }, PATIENCE);

  it.each(EXPERIMENTS.map((experiment) => [experiment.title, experiment] as const))(
    '%s',
    { timeout: PATIENCE },
    async (_, experiment) => {
      const result = await results.get(experiment);
      expect(result).toMatchObject({ lost: 0, doubled: 0, wrong: 0 });
      expect(result?.findings.filter(({ holds }) => !holds)).toEqual([]);
      expect(result?.quietAfter).toBeDefined();
      expect(result?.accepted).toBeGreaterThan(0);
    },
  );
});
