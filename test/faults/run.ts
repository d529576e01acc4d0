import { now } from '../../bench/clock.js';
import { judge, type Standing, type Story, type Verdict } from './checker.js';
import type { Experiment, Finding, Scale } from './experiment.js';
import type { Stage } from './stage.js';

/** What an experiment showed. */
export interface Result extends Verdict {
  readonly number: string;
  readonly title: string;
  /** Milliseconds from the last fault until nothing was on its way any more; undefined: it never was. */
  readonly quietAfter: number | undefined;
  readonly findings: readonly Finding[];
  /** Milliseconds in all. */
  readonly took: number;
}

/** Without any progress: longer than any retry of the experiments takes. */
const PATIENCE = 240_000;

export const isGood = ({ lost, doubled, wrong, quietAfter, findings }: Result): boolean =>
  lost + doubled + wrong === 0 && quietAfter !== undefined && findings.every(({ holds }) => holds);

/** Lets the experiment happen, waits for quiet, and asks everybody what became of it. */
export async function perform(experiment: Experiment, stage: Stage, scale: Scale): Promise<Result> {
  const start = now();
  const { number, title } = experiment;
  await stage.begin();
  const findings = await Promise.race([experiment.run(stage, scale), stage.died()]);
  const quietAfter = await Promise.race([stage.quiet(PATIENCE), stage.died()]);
  await stage.heard();
  const more = (await experiment.afterwards?.(stage, scale)) ?? [];
  const verdict = judge(await storiesOf(stage), stage.arrivals.truth);
  return { number, title, ...verdict, quietAfter, findings: [...findings, ...more], took: now() - start };
}

interface Told {
  readonly results: readonly TheirDelivery[];
  readonly next: string | null;
}

interface TheirDelivery {
  readonly id: string;
  readonly notification: string;
  readonly channel: string;
  readonly status: string;
  readonly reason: string | null;
  readonly attempt: number;
  readonly attempts: readonly { readonly outcome: string | null }[];
}

/** Every accepted notification with its deliveries, as the API tells them. */
async function storiesOf(stage: Stage): Promise<Story[]> {
  const standings = new Map<string, Standing[]>();
  for (const channel of ['sms', 'email']) {
    let page: string | null = `/api/deliveries?channel=${channel}&limit=100`;
    while (page !== null) {
      const { results, next }: Told = await stage.get<Told>(page);
      const told = await Promise.all(
        results.map(async (one) => [one, await standingOf(stage, one)] as const),
      );
      for (const [{ notification }, standing] of told) {
        standings.set(notification, [...(standings.get(notification) ?? []), standing]);
      }
      page = next;
    }
  }
  return [...stage.client.accepted].map(([seq, id]) => ({ seq, standings: standings.get(id) ?? [] }));
}

/** What an attempt says whose answer was lost. */
const LOST = ['unknown', 'lease_over', null];

async function standingOf(stage: Stage, delivery: TheirDelivery): Promise<Standing> {
  const { id, channel, status, reason, attempt } = delivery;
  // Lists leave the attempts out; one attempt cannot have doubled anything.
  const { attempts } =
    attempt > 1 ? await stage.get<TheirDelivery>(`/api/deliveries/${id}`) : { attempts: [] };
  return { channel, status, reason, answerLost: attempts.some(({ outcome }) => LOST.includes(outcome)) };
}
