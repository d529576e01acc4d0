import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Usage } from '../../bench/options.js';
import { optionsOf } from './options.js';
import { findingsOf, lineOf, tableOf } from './report.js';
import { isGood, perform, type Result } from './run.js';
import { Servers } from './servers.js';
import type { Experiment, Scale } from './experiment.js';
import { Stage } from './stage.js';

const FOLDER = fileURLToPath(new URL('../../.data/faults/', import.meta.url));

const say = (line: string) => console.error(line);

async function main(): Promise<number> {
  const { experiments, json, ...scale } = optionsOf(process.argv.slice(2));
  mkdirSync(FOLDER, { recursive: true });
  const servers = await Servers.start(FOLDER);
  // The processes of the service end when this one does; the servers would go on.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void servers.stop().finally(() => process.exit(130)));
  }
  const results: Result[] = [];
  try {
    say(
      `Node ${process.versions.node}, ${availableParallelism()} cores for everything; seed ${scale.seed}; ` +
        `words of the processes in ${FOLDER}`,
    );
    for (const experiment of experiments) {
      say(`${experiment.number} ${experiment.title}...`);
      const result = await alone(experiment, servers, scale);
      results.push(result);
      say(`${lineOf(result)}\n${findingsOf([result])}`);
    }
  } finally {
    await servers.stop();
  }
  if (json) console.log(JSON.stringify({ ...scale, results }, null, 2));
  else console.log(`${tableOf(results)}\n\n${findingsOf(results)}`);
  return results.every(isGood) ? 0 : 1;
}

/** On a stage of its own. */
async function alone(experiment: Experiment, servers: Servers, scale: Scale): Promise<Result> {
  const options = { name: `faults_${experiment.number}`, ...experiment.stage(scale) };
  const stage = await Stage.set(servers, FOLDER, options);
  try {
    return await perform(experiment, stage, scale);
  } finally {
    await stage.clear();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  if (error instanceof Usage) {
    (error.exitCode === 0 ? console.log : console.error)(error.message);
    process.exitCode = error.exitCode;
  } else {
    console.error(error);
    process.exitCode = 1;
  }
}
