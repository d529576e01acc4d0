// npm run test:faults: the experiments in test/faults/, on services of their own. Reads no .env: what they do to the
// service must not reach anybody's account.
import { prepare, runNode } from './project.mjs';

export async function run(args) {
  await prepare();
  return runNode(['--import', './scripts/typescript.mjs', 'test/faults/main.ts', ...args]);
}
