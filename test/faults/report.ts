import { isGood, type Result } from './run.js';

const HEAD = ['', 'experiment', 'accepted', 'sent', 'lost', 'doubled', 'wrong', 'hidden', 'quiet after'];

/** A table in Markdown, which docs/reliability.md takes as it is. */
export function tableOf(results: readonly Result[]): string {
  const rows = results.map((result) => {
    const { number, title, accepted, sent, lost, doubled, wrong, hidden } = result;
    const numbers = [accepted, sent, lost, doubled, wrong, hidden];
    return [number, title, ...numbers.map(String), quietOf(result)];
  });
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = HEAD.map((_, column) => (column < 2 ? '---' : '--:'));
  return [HEAD, rule, ...rows].map(line).join('\n');
}

const quietOf = ({ quietAfter }: Result) =>
  quietAfter === undefined ? 'never' : `${(quietAfter / 1000).toFixed(1)} s`;

/** What else each showed, and whether it had to. */
export function findingsOf(results: readonly Result[]): string {
  return results
    .flatMap(({ number, findings, explained, took }) => [
      ...findings.map(({ what, holds }) => `- ${number}: ${holds ? '' : '**not so**: '}${what}`),
      ...(explained > 0 ? [`- ${number}: ${explained} not sent, and the row says why`] : []),
      `- ${number}: took ${(took / 1000).toFixed(0)} s`,
    ])
    .join('\n');
}

/** One line when an experiment is over. */
export function lineOf(result: Result): string {
  const { number, title, accepted, sent, lost, doubled, wrong, hidden } = result;
  const numbers = `accepted ${accepted}, sent ${sent}, lost ${lost}, doubled ${doubled}, wrong ${wrong}, hidden ${hidden}, quiet after ${quietOf(result)}`;
  return `${isGood(result) ? '✓' : '✗'} ${number} ${title}: ${numbers}`;
}
