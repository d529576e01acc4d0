// The folder of this project's own services and secrets, and who uses it now.
import { randomBytes } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal, at, say } from './project.mjs';

const PATIENCE = 120_000;

/** .data/, or the folder that DATA_FOLDER names: for tests, and for a second service beside the first. */
export function homeFolder() {
  const folder = process.env.DATA_FOLDER ? resolve(process.env.DATA_FOLDER) : at('.data');
  mkdirSync(folder, { recursive: true });
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    throw new Refusal(
      `${folder} belongs to another account. Run this as that account, or remove the folder.`,
    );
  }
  return folder;
}

/**
 * Made once and kept, so that keys and links of yesterday still work today. A secret that an older version did not know is
 * added.
 */
export function secretsOf(folder, make) {
  const file = join(folder, 'secrets.json');
  const kept = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const made = make();
  const secrets = { ...made, ...kept };
  if (Object.keys(made).every((name) => Object.hasOwn(kept, name))) return secrets;
  const draft = `${file}.draft`;
  writeFileSync(draft, `${JSON.stringify(secrets, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(draft, file);
  return secrets;
}

/**
 * Who may start and stop the services of the folder. Either it is ours from now on ({ release, publish }), or a
 * `npm start` runs and we get what it published ({ running }). Short commands are waited for.
 * run.json names a port where its owner answers with a word: that shows better than a process number who is alive.
 */
export async function claim(folder, command) {
  const file = join(folder, 'run.json');
  const deadline = Date.now() + PATIENCE;
  for (let waiting = false; Date.now() < deadline; await sleep(100)) {
    const other = read(file);
    if (other && (await isAlive(other))) {
      if (other.command === 'start' && other.env) return { running: other };
      if (!waiting) say('Waiting for another command of this project to end...');
      waiting = true;
      continue;
    }
    if (other) rmSync(file, { force: true });
    const claimed = await take(file, command);
    if (claimed) return claimed;
  }
  throw new Refusal(`Another command keeps ${folder} busy. End it, or remove ${file}.`, 1);
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

async function isAlive({ port, word }) {
  const socket = connect({ port, host: '127.0.0.1', timeout: 2000 });
  let heard = '';
  socket.on('data', (chunk) => (heard += chunk));
  socket.on('timeout', () => socket.destroy());
  await once(socket, 'close').catch(() => undefined);
  return heard === word;
}

async function take(file, command) {
  const word = randomBytes(16).toString('hex');
  const server = createServer((socket) => socket.on('error', () => undefined).end(word));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.unref();
  const note = { pid: process.pid, command, port: server.address().port, word };
  const draft = `${file}.${process.pid}`;
  const write = (content) =>
    writeFileSync(draft, `${JSON.stringify(content, undefined, 2)}\n`, { mode: 0o600 });
  write(note);
  try {
    // A link is made whole or not at all, and never over another.
    linkSync(draft, file);
  } catch (error) {
    server.close();
    if (error.code === 'EEXIST') return undefined;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return {
    /** From here on other commands join. */
    publish(more) {
      write({ ...note, ...more });
      renameSync(draft, file);
    },
    release() {
      server.close();
      if (read(file)?.word === word) rmSync(file, { force: true });
    },
  };
}
