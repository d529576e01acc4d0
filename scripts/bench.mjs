// npm run bench: the load driver in bench/, which is TypeScript and needs no build.
import { loadEnvironment, prepare, runNode } from './project.mjs';

export async function run(args) {
  loadEnvironment();
  await prepare();
  return runNode(['--import', './scripts/typescript.mjs', 'bench/main.ts', ...args]);
}
