// node scripts/run.mjs migrate [up | down [steps]]: the schema of DATABASE_URL, or of this project's own Postgres.
import { claim, homeFolder } from './home.mjs';
import { Refusal, loadEnvironment, prepare } from './project.mjs';
import { startServices } from './services.mjs';

export async function run([direction = 'up', steps = '1']) {
  loadEnvironment();
  if (!['up', 'down'].includes(direction) || !/^[1-9]\d*$/.test(steps)) {
    throw new Refusal('Say `migrate up`, or `migrate down` with the number of migrations to take back.', 2);
  }
  await prepare();
  const { migrate, revert } = await import('../dist/database/migrations.js');
  const work = (url) => (direction === 'up' ? migrate(url) : revert(url, Number(steps)));
  const names = await withDatabase(work);
  console.log(names.length > 0 ? names.join('\n') : 'Nothing to do.');
  return 0;
}

async function withDatabase(work) {
  if (process.env.DATABASE_URL) return work(process.env.DATABASE_URL);
  const folder = homeFolder();
  const { running, release } = await claim(folder, 'migrate');
  if (running) return work(running.env.DATABASE_URL);
  try {
    const services = await startServices(folder, { redis: false });
    return await work(services.env.DATABASE_URL).finally(services.stop);
  } finally {
    release();
  }
}
