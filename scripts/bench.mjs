// npm run bench: the load driver in bench/, which is TypeScript and needs no build. It starts services of its own,
// so it reads no .env: load must not reach anybody's account.
import { NODE_FLAGS, prepare, runNode } from './project.mjs';

export async function run(args) {
  await prepare();
  process.env.SERVICE_NODE_FLAGS = NODE_FLAGS.join(' ');
  return runNode(['--import', './scripts/typescript.mjs', 'bench/main.ts', ...args]);
}
