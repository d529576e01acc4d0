import { LiveContainers } from '../../src/cli.containers.js';
import { runCommands } from '../../src/commands/run.js';
import { Terminal } from '../../src/commands/terminal.js';
import type { TestApp } from './app.js';

/** Nothing listens there: whoever asks the database fails. */
export const NO_DATABASE = { DATABASE_URL: 'postgres://nobody:nothing@127.0.0.1:1/none' };

/** What a command beside this service has in its environment. */
export const environmentOf = ({ databaseUrl, sandbox }: TestApp) => ({
  NODE_ENV: 'test',
  DATABASE_URL: databaseUrl,
  SECRET_KEY: 'a-master-key-of-the-test-run-0123456789-abc',
  JWT_SECRET: 'a-platform-key-of-the-test-run-0123456789',
  SANDBOX_URL: sandbox.accountUrl,
  SANDBOX_SMTP_URL: sandbox.smtpUrl,
});

/** Runs a command as a terminal would, with nothing but this environment. */
export async function runCli(args: readonly string[], env: Record<string, string>, colour = false) {
  let [out, err] = ['', ''];
  const terminal = new Terminal(
    (text) => (out += text),
    (text) => (err += text),
    colour,
  );
  const containers = new LiveContainers(env);
  const exit = await runCommands(['node', 'cli', ...args], containers, terminal);
  await containers.close();
  return { exit, out, err, json: () => JSON.parse(out) as Record<string, unknown> };
}
