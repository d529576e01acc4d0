// npm run cli -- <command>: beside a running service, or on its own services for as long as it takes.
import { spawn } from 'node:child_process';
import { claim, homeFolder } from './home.mjs';
import { at, ended, loadEnvironment, prepare } from './project.mjs';
import { startServices } from './services.mjs';

/** What only explains itself, or makes something up, needs no services. */
const ALONE = new Set([
  '--help',
  '-h',
  'help',
  '--version',
  '-V',
  'completion',
  'completion-script',
  'vapid-keys',
]);

export async function run(args) {
  loadEnvironment();
  if (args.length === 0) args = ['--help'];
  if (args.some((arg) => ALONE.has(arg))) {
    await prepare();
    return command(args, {});
  }
  const folder = homeFolder();
  const { running, release } = await claim(folder, 'cli');
  try {
    await prepare();
    return running ? await command(args, running.env) : await alone(folder, args);
  } finally {
    release?.();
  }
}

async function alone(folder, args) {
  // From here on a Ctrl-C must not end us before what we started is stopped.
  const interrupt = interruption();
  const services = await startServices(folder, { redis: false });
  try {
    if (services.embedded && !interrupt.asked) {
      const { migrate } = await import('../dist/database/migrations.js');
      await migrate(services.env.DATABASE_URL);
    }
    return interrupt.asked ? 130 : await command(args, services.env, interrupt);
  } finally {
    await services.stop();
  }
}

async function command(args, env, interrupt = interruption()) {
  const child = spawn(process.execPath, ['--enable-source-maps', at('dist', 'cli.js'), ...args], {
    stdio: 'inherit',
    env: { ...env, ...set(process.env) },
  });
  interrupt.child = child;
  return ended(child);
}

/** A terminal sends Ctrl-C to the command as well; other signals reach only us, and are passed on. */
function interruption() {
  const state = { asked: false, child: undefined };
  const on = (signal, passOn) =>
    process.on(signal, () => {
      state.asked = true;
      if (passOn()) state.child?.kill(signal);
    });
  on('SIGINT', () => !process.stdin.isTTY);
  on('SIGTERM', () => true);
  return state;
}

/** Empty counts as not set, as everywhere. */
const set = (env) => Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
