import type { Finding } from '../checkups/checkup.js';
import { EXIT, type Exit } from './exit.js';

/** Something to set otherwise weighs more than something that did not answer. */
export function exitOfFindings(findings: readonly Finding[]): Exit {
  const faults = findings.filter(({ state }) => state === 'bad').map(({ fault }) => fault);
  if (faults.includes('configuration')) return EXIT.configuration;
  return faults.length > 0 ? EXIT.failed : EXIT.ok;
}
