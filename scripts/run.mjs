// The one command: `npm start`, `npm run cli`, `npm test`, `npm run check`, `npm run bench` and `npm run test:faults` all come here.
// Needs nothing but Node until the packages are installed.

const needed = [20, 19];
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < needed[0] || (major === needed[0] && minor < needed[1])) {
  console.error(`This needs Node ${needed.join('.')} or later, and here is ${process.version}.`);
  console.error('Get it from https://nodejs.org, or by a version manager: nvm install 22');
  process.exit(3);
}

const COMMANDS = {
  start: () => import('./start.mjs'),
  cli: () => import('./cli.mjs'),
  test: () => import('./test.mjs'),
  check: () => import('./check.mjs'),
  migrate: () => import('./migrate.mjs'),
  bench: () => import('./bench.mjs'),
  faults: () => import('./faults.mjs'),
};

const [name = 'start', ...args] = process.argv.slice(2);
const command = COMMANDS[name];
try {
  if (!command) throw refusal(`There is no command ${name}: ${Object.keys(COMMANDS).join(', ')}.`, 2);
  const { run } = await command();
  process.exitCode = await run(args);
} catch (error) {
  // What we refuse ourselves, and what the settings say, is written for people; anything else is a fault of ours.
  const forPeople = error.exitCode !== undefined || error.name === 'ConfigurationError';
  console.error(forPeople ? error.message : error);
  process.exitCode = error.exitCode ?? (forPeople ? 3 : 1);
}

function refusal(message, exitCode) {
  return Object.assign(new Error(message), { exitCode });
}
