// npm test: all tests on services of their own; what follows `--` goes to vitest.
import { prepare, runPackage } from './project.mjs';

export async function run(args) {
  await prepare();
  return runPackage('vitest/vitest.mjs', ['run', ...args]);
}
