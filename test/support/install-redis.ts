import { spawnSync } from 'node:child_process';
import { EmbeddedRedis } from '../../src/queue/embedded-redis.js';

/** The Bull path is tested on a real Redis or not at all, so a bare machine gets one where apt can give it. */
export function installRedis(): void {
  if (EmbeddedRedis.program() !== undefined) return;
  if (process.getuid?.() === 0 && has('apt-get')) {
    console.log('Installing redis-server, which the tests of the queue need...');
    if (!apt('install')) {
      apt('update');
      apt('install');
    }
  }
  if (EmbeddedRedis.program() === undefined) {
    console.log('There is no redis-server or valkey-server on the PATH: tests that need one are skipped.');
  }
}

const has = (program: string) => spawnSync(program, ['--version']).error === undefined;

function apt(command: 'update' | 'install'): boolean {
  const what = command === 'install' ? ['-y', '--no-install-recommends', 'redis-server'] : [];
  // The run level keeps Debian from starting a server of its own on port 6379.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  return spawnSync('apt-get', [command, '-qq', ...what], { env, timeout: 120_000 }).status === 0;
}
