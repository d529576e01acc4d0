// npm run check: all that a change must pass. `--no-tests` leaves the tests out.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { at, install, root } from './project.mjs';
import { run as test } from './test.mjs';

const STEPS = [
  ['format', 'prettier/bin/prettier.cjs', '--check', '.'],
  ['lint', 'eslint/bin/eslint.js', '.'],
  ['types', 'typescript/bin/tsc', '--noEmit'],
  ['types of the browser side', 'typescript/bin/tsc', '--noEmit', '-p', 'web'],
  ['types of the worker', 'typescript/bin/tsc', '--noEmit', '-p', 'web/push'],
  ['imports', 'dependency-cruiser/bin/dependency-cruise.mjs', 'src', '--config', '.dependency-cruiser.cjs'],
  ['dead code', 'knip/bin/knip.js'],
];

export async function run(args) {
  await install();
  let failures = 0;
  for (const step of STEPS) if (!(await passes(...step))) failures += 1;
  console.log(failures === 0 ? 'All steps passed.' : `${failures} of ${STEPS.length} steps failed.`);
  const tests = args.includes('--no-tests') ? 0 : await test([]);
  return failures > 0 ? 1 : tests;
}

async function passes(name, program, ...args) {
  const before = Date.now();
  const child = spawn(process.execPath, [at('node_modules', program), ...args], { cwd: root });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  // Not its exit: its last words may come after that.
  const [code] = await once(child, 'close');
  const seconds = ((Date.now() - before) / 1000).toFixed(0);
  console.log(`${code === 0 ? '✓' : '✗'} ${name} (${seconds} s)`);
  if (code !== 0) console.log(output.trim());
  return code === 0;
}
