import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { now } from './clock.js';

const TIMES = 50;
const PAGE = Buffer.alloc(8192, 1);

/** Milliseconds, the median, until a page that was written is on the disk: what each commit waits for. */
export function flushTime(folder: string): number {
  const name = join(folder, 'flush');
  const file = openSync(name, 'w');
  const took = Array.from({ length: TIMES }, (_, index) => {
    const start = now();
    writeSync(file, PAGE, 0, PAGE.length, index * PAGE.length);
    fdatasyncSync(file);
    return now() - start;
  });
  closeSync(file);
  rmSync(name);
  return took.sort((a, b) => a - b)[TIMES / 2] ?? NaN;
}
