import type { SerializedError } from 'vitest';
import type { Reporter, TestModule } from 'vitest/node';

/** Ends the run with one plain line: `N passed, N failed`, and what was skipped, which is never silent. */
export class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const cases = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string) => cases.filter((test) => test.result().state === state).length;
    // A file that does not load, a hook and an error outside of any test fail the run, though no test failed.
    const suites = modules.flatMap((module) => [module, ...module.children.allSuites()]);
    const broken = suites.filter((suite) => suite.errors().length > 0).length + unhandled.length;
    const skipped = cases.filter((test) => test.result().state === 'skipped');

    for (const test of cases.filter((one) => (one.diagnostic()?.retryCount ?? 0) > 0)) {
      console.log(` needed another try: ${test.module.relativeModuleId} > ${test.fullName}`);
    }
    for (const test of skipped) console.log(` skipped: ${test.module.relativeModuleId} > ${test.fullName}`);
    const line = `${count('passed')} passed, ${count('failed') + broken} failed`;
    console.log(skipped.length > 0 ? `${line}, ${skipped.length} skipped` : line);
  }
}
