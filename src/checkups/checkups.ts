import { Injectable } from '@nestjs/common';
import type { Checkup, Finding } from './checkup.js';

/** What was found of one subject. */
export interface Examined {
  readonly subject: string;
  readonly findings: readonly Finding[];
}

/** Milliseconds after which nobody waits for an answer any more: longer than any provider's own timeout. */
const PATIENCE = 35_000;

/** Everybody who has something to look at. Each one enters itself when its module starts. */
@Injectable()
export class Checkups {
  private readonly all: Checkup[] = [];

  add(checkup: Checkup): void {
    this.all.push(checkup);
  }

  /** Looks at everything at once, in the order in which it was entered. */
  run(): Promise<Examined[]> {
    return Promise.all(
      this.all.map(async (checkup) => ({ subject: checkup.subject, findings: await examine(checkup) })),
    );
  }
}

async function examine(checkup: Checkup): Promise<readonly Finding[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('It did not answer in time.')), PATIENCE);
  });
  try {
    return await Promise.race([checkup.check(), late]);
  } catch (error) {
    const cure = 'See whether it is reachable from this machine, then look again.';
    const says = (error as Error).message;
    return [{ code: 'checkup.failed', state: 'bad', says, cure, fault: 'unreachable' }];
  } finally {
    clearTimeout(timer);
  }
}
