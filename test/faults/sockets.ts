import { setTimeout as sleep } from 'node:timers/promises';
import { now } from '../../bench/clock.js';
import { personOf, userIdOf } from '../../bench/marker.js';
import { Browser } from './browser.js';
import { diceOf } from './dice.js';
import { exactly, type Experiment, told } from './experiment.js';
import type { Stage } from './stage.js';

const DISCONNECTS = 5;
const PATIENCE = 20_000;

/** Whoever was away gets what it missed, once and in order, from whichever node it finds. */
export const sockets: Experiment = {
  number: '14',
  title: 'browsers on two nodes that restart, five random disconnects each',
  stage: ({ short }) => ({ roles: ['all', 'all'], people: short ? 20 : 200 }),
  run: async (stage, { count, short, seed }) => {
    const { people } = stage.options;
    const seconds = short ? 8 : 60;
    const dice = diceOf(seed);
    await stage.client.send(people, people / 50);
    const browsers = [...stage.client.accepted].map(
      ([seq, first]) =>
        new Browser(userIdOf(personOf(seq, people)), stage.jwtSecret, first, nodes(stage, dice)),
    );
    await Promise.all(browsers.map((browser) => browser.open()));
    const cuts = browsers.map((browser) => cutRandomly(browser, seconds * 1000, dice));
    const traffic = stage.client.send(count, seconds);
    for (const node of [stage.at(1), stage.at(0)]) {
      await sleep((seconds * 1000) / 4);
      await node.restart();
    }
    await Promise.all([traffic, ...cuts]);
    await allShown(browsers, count);
    for (const browser of browsers) browser.close();
    return verdict(browsers, count);
  },
};

const nodes = (stage: Stage, dice: () => number) => () =>
  stage.at(Math.floor(dice() * stage.instances.length)).url;

async function cutRandomly(browser: Browser, within: number, dice: () => number): Promise<void> {
  const moments = Array.from({ length: DISCONNECTS }, () => dice() * within).sort((a, b) => a - b);
  let passed = 0;
  for (const moment of moments) {
    await sleep(moment - passed);
    passed = moment;
    browser.cut();
  }
}

async function allShown(browsers: readonly Browser[], count: number): Promise<void> {
  const end = now() + PATIENCE;
  const shown = () => browsers.reduce((sum, { seqs }) => sum + new Set(seqs).size, 0);
  while (shown() < count && now() < end) await sleep(100);
}

function verdict(browsers: readonly Browser[], count: number) {
  const all = browsers.reduce((sum, { seqs }) => sum + seqs.length, 0);
  const different = browsers.reduce((sum, { seqs }) => sum + new Set(seqs).size, 0);
  const disordered = browsers.filter(({ seqs }) =>
    seqs.some((seq, index) => seq !== (seqs[0] ?? 0) + index),
  ).length;
  const connects = browsers.reduce((sum, { connects: times }) => sum + times, 0);
  return [
    told(`${browsers.length} browsers, ${connects} connections`),
    exactly('events missing', count - different, 0),
    exactly('events shown twice', all - different, 0),
    exactly('browsers that were not shown one after the other, in order', disordered, 0),
  ];
}
