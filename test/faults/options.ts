import { parseArgs } from 'node:util';
import { Usage } from '../../bench/options.js';
import { EXPERIMENTS } from './experiments.js';
import type { Experiment, Scale } from './experiment.js';

export interface Options extends Scale {
  readonly experiments: readonly Experiment[];
  readonly json: boolean;
}

const HELP = `npm run test:faults -- [options]

Starts a Postgres, a Redis, a carrier and mailbox, and the service in several processes, all of its own; kills,
freezes and misleads them while notifications are under way; then compares what was accepted with what the carrier
and the mailbox took and with what the API says of it. Exits with 1 if one is lost, doubled or wrongly told of.

  --only 1a,4     only these experiments
  --count N       notifications of each (10000)
  --short         shorter outages and fewer kills, as in \`npm test\`; 300 notifications unless --count says more
  --seed TEXT     repeats a run: the same messages are hit, the same pauses lie between kills (random)
  --json          the rows as JSON on stdout
  --help          this

${EXPERIMENTS.map(({ number, title }) => `  ${number.padEnd(3)} ${title}`).join('\n')}
`;

const OPTIONS = {
  only: { type: 'string' },
  count: { type: 'string' },
  short: { type: 'boolean', default: false },
  seed: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** @throws Usage */
export function optionsOf(args: string[]): Options {
  const values = parsed(args);
  if (values.help) throw new Usage(HELP, 0);
  return {
    experiments: values.only === undefined ? EXPERIMENTS : chosen(values.only),
    count: countOf(values.count ?? (values.short ? '300' : '10000')),
    short: values.short,
    seed: values.seed ?? Math.random().toString(36).slice(2, 8),
    json: values.json,
  };
}

function parsed(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, strict: true }).values;
  } catch (error) {
    throw new Usage(`${(error as Error).message}\n\n${HELP}`, 2);
  }
}

/** `1` is both of `1a` and `1b`. */
function chosen(only: string): Experiment[] {
  return only.split(',').flatMap((word) => {
    const found = EXPERIMENTS.filter(
      ({ number }) => number === word || number.replace(/[a-z]$/, '') === word,
    );
    if (found.length > 0) return found;
    throw new Usage(`There is no experiment "${word}".\n\n${HELP}`, 2);
  });
}

function countOf(text: string): number {
  const count = /^\d{1,7}$/.test(text) ? Number(text) : NaN;
  if (count >= 100) return count;
  throw new Usage(`--count must be a whole number from 100 on, not "${text}".`, 2);
}
