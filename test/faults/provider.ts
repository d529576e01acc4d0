import { type Experiment, told } from './experiment.js';

/** A fifth of all texts is answered with a 5xx, and half of those are on their way all the same. */
const TEXTS = {
  error_before: 0.1,
  error_after: 0.1,
  limit: 0.05,
  hang_before: 0.025,
  hang_after: 0.025,
  reset_before: 0.025,
  reset_after: 0.025,
};
const MAILS = { refused: 0.04, break_before: 0.02, break_after: 0.02 };

export const provider: Experiment = {
  number: '6',
  title: 'a carrier with 5xx, 429, hangs and resets; a mail server that refuses and breaks off',
  stage: () => ({ roles: ['all'], people: 50 }),
  run: async (stage, { count, short, seed }) => {
    await stage.misbehave({ seed, texts: TEXTS, mails: MAILS, ...(short && { most: 1 }) });
    await stage.client.send(count, count / 100);
    return [];
  },
  afterwards: async (stage) => {
    const faults = Object.entries(await stage.faults()).map(([name, times]) => `${name} ${times}`);
    return [told(faults.sort().join(', '))];
  },
};
