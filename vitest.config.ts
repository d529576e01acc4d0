import { defineConfig } from 'vitest/config';
import { SummaryReporter } from './test/support/summary.reporter.js';

export default defineConfig({
  test: {
    include: ['src/**/*.spec.ts', 'test/**/*.test.ts'],
    setupFiles: ['test/support/setup.ts'],
    globalSetup: ['test/support/services.ts'],
    reporters: ['default', new SummaryReporter()],
    // The application is loaded once for all files: that was a sixth of the time.
    isolate: false,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // What a developer has in the environment must not decide what the tests say.
    env: { NODE_ENV: 'test', TZ: 'UTC', LOG_LEVEL: 'error' },
  },
});
