// npm start: everything that is needed, and then the service, until somebody says stop.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { claim, homeFolder } from './home.mjs';
import { Processes, rolesFor } from './processes.mjs';
import { Refusal, loadEnvironment, prepare, say } from './project.mjs';
import { startServices } from './services.mjs';

const LAST_MOMENT = 25_000;
/** npm passes a Ctrl-C on that the terminal has sent already: signals this close together are one. */
const SAME = 1000;

export async function run() {
  loadEnvironment();
  const folder = homeFolder();
  const { running, publish, release } = await claim(folder, 'start');
  if (running) {
    const where = running.urls?.app ?? 'in this folder';
    throw new Refusal(
      `It runs already: ${where} (process ${running.pid}). Stop that one first, with Ctrl-C.`,
    );
  }
  try {
    const http = await httpEnv();
    await prepare();
    return await serve(folder, http, publish);
  } finally {
    release();
  }
}

async function serve(folder, http, publish) {
  const stop = stopSignals();
  const services = await startServices(folder, { redis: true, publicUrl: http.PUBLIC_URL });
  try {
    if (stop.asked) return 0;
    const env = { ...http, ...services.env };
    const roles = rolesFor({ ...process.env, ...env });
    const processes = new Processes(await withPorts(roles, http.PORT), env);
    void processes.start().then(({ urls, lines }) => {
      publish({ env, urls });
      const together = `Processes: ${processes.names}; one for all: ROLE=all`;
      console.log(`\n${[...lines, ...(roles.length > 1 ? [together] : [])].join('\n')}\n`);
    });
    stop.passTo(processes);
    const code = await processes.ended();
    return stop.asked && code >= 128 ? 0 : code;
  } finally {
    await services.stop();
    if (stop.asked) say(`${process.stdin.isTTY ? '\n' : ''}Stopped. The data stays in place.`);
  }
}

/** The first signal is passed on and waited for; a second one ends the service hard. */
function stopSignals() {
  const state = { asked: undefined, processes: undefined, passTo };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (state.asked === undefined) {
        state.asked = { signal, at: Date.now() };
        end();
      } else if (Date.now() - state.asked.at > SAME) state.processes?.stop('SIGKILL');
    });
  }
  function passTo(processes) {
    state.processes = processes;
    if (state.asked) end();
  }
  function end() {
    if (!state.processes) return;
    state.processes.stop(state.asked.signal === 'SIGINT' ? 'SIGINT' : 'SIGTERM');
    setTimeout(() => state.processes.stop('SIGKILL'), LAST_MOMENT).unref();
  }
  return state;
}

/** The port is tried before anything is started; PORT=0 becomes one that is free. */
async function httpEnv() {
  const host = hostName();
  const wanted = wantedPort();
  // The service itself says what is wrong with it, together with all else that is wrong.
  if (!Number.isInteger(wanted) || wanted < 0 || wanted > 65_535) return {};
  const port = String(await freePort(host, wanted));
  if (process.env.NODE_ENV === 'production') return { PORT: port };
  const PUBLIC_URL = process.env.PUBLIC_URL || `http://localhost:${port}`;
  return { PORT: port, PUBLIC_URL, FRONTEND_URL: process.env.FRONTEND_URL || PUBLIC_URL };
}

/** The first has the port itself, the others those behind it: health and metrics are asked of each. */
async function withPorts(roles, first) {
  const [role, ...others] = roles;
  if (!first) return [{ role }];
  const behind = (index) => (wantedPort() === 0 ? 0 : Number(first) + 1 + index);
  const ports = await Promise.all(others.map((_, index) => freePort(hostName(), behind(index))));
  return [{ role, port: first }, ...others.map((other, index) => ({ role: other, port: ports[index] }))];
}

const hostName = () => process.env.HOST || '127.0.0.1';
const wantedPort = () => Number(process.env.PORT || '3000');

async function freePort(host, port) {
  const server = createServer().listen({ host, port, exclusive: true });
  try {
    await once(server, 'listening');
  } catch ({ code }) {
    throw new Refusal(portProblem(host, port, code));
  }
  const found = server.address().port;
  server.close();
  await once(server, 'close');
  return found;
}

function portProblem(host, port, code) {
  if (code === 'EADDRINUSE') {
    return `Port ${port} is taken by another program. Stop it, or choose another: PORT=${port + 1} npm start`;
  }
  if (code === 'EACCES') return `Port ${port} needs more rights than this account has: PORT=3000 npm start`;
  return `HOST=${host} is not an address of this machine (${code}): HOST=127.0.0.1, or 0.0.0.0 for all`;
}
