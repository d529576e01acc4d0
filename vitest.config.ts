import { defineConfig } from 'vitest/config';
import { SummaryReporter } from './test/support/summary.reporter.js';

/** They fill the machine by themselves: the experiments come when everything else has ended. */
const EXPERIMENTS = 'test/faults.test.ts';

export default defineConfig({
  test: {
    setupFiles: ['test/support/setup.ts'],
    globalSetup: ['test/support/services.ts'],
    reporters: ['default', new SummaryReporter()],
    // The application is loaded once for all files: that was a sixth of the time.
    isolate: false,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // What a developer has in the environment must not decide what the tests say.
    env: { NODE_ENV: 'test', TZ: 'UTC', LOG_LEVEL: 'error' },
    projects: [
      {
        extends: true,
        test: {
          name: 'service',
          include: ['src/**/*.spec.ts', 'test/**/*.test.ts'],
          exclude: [EXPERIMENTS],
          // Most of them wait most of the time.
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'experiments', include: [EXPERIMENTS], maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
