// npm run bench: the load driver in bench/, which is TypeScript and needs no build. It starts services of its own,
// so it reads no .env: load must not reach anybody's account.
import { prepare, runNode } from './project.mjs';

export async function run(args) {
  await prepare();
  return runNode(['--import', './scripts/typescript.mjs', 'bench/main.ts', ...args]);
}
