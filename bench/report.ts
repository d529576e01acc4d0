import type { BulkFindings } from './bulk.js';
import { type Figures, MOMENTS } from './figures.js';
import { CHANNELS } from './journal.js';
import type { Phase } from './phase.js';

/** What one subject showed. */
export interface Findings {
  readonly name: string;
  readonly phases: readonly Phase[];
  /** Over the whole run. */
  readonly doubled: number;
  readonly misdirected: number;
  readonly strangers: number;
  readonly brokenConnections: number;
  /** MiB by which the process that answers grew while the browsers connected. */
  readonly browsers: { readonly count: number; readonly grownMiB: number };
  /** What requests ended in instead of 202, and how often. */
  readonly refusals: Readonly<Record<string, number>>;
  /** Notifications and deliveries in the database at the end, by channel and state. */
  readonly rows: Readonly<Record<string, number>>;
}

const LABEL = { accepted: 'answer (202)', sms: 'SMS', email: 'e-mail', socket: 'browser' } as const;

/** Whether nothing was lost, doubled, misdirected or refused, and every row has its final state. */
export function isClean(findings: Findings): boolean {
  const { doubled, misdirected, strangers, brokenConnections, phases } = findings;
  return (
    doubled + misdirected + strangers + brokenConnections === 0 &&
    phases.every(
      ({ figures, settledAfter }) =>
        figures.refused === 0 && lostOf(figures) === 0 && settledAfter !== undefined,
    )
  );
}

const lostOf = ({ lost }: Figures) => CHANNELS.reduce((sum, channel) => sum + lost[channel], 0);

export function tableOf(findings: Findings): string {
  const { name, phases, rows, refusals } = findings;
  return [
    `== ${name} ==`,
    ...phases.map(phaseTable),
    `doubled ${findings.doubled}   to the wrong person ${findings.misdirected}   unknown ${findings.strangers}   ` +
      `broken connections ${findings.brokenConnections}`,
    `memory for ${findings.browsers.count} browsers ${findings.browsers.grownMiB.toFixed(0)} MiB`,
    `in the database: ${Object.entries(rows)
      .map(([what, count]) => `${what} ${count}`)
      .join(', ')}`,
    ...Object.entries(refusals).map(([why, times]) => `refused ${times} times: ${why}`),
    '',
  ].join('\n');
}

function phaseTable({ title, figures, processes, othersCores, settledAfter }: Phase): string {
  const { latency, lost } = figures;
  const lostWhere = CHANNELS.filter((channel) => lost[channel] > 0).map(
    (channel) => `${LABEL[channel]} ${lost[channel]}`,
  );
  const times = MOMENTS.flatMap((name) => {
    const spread = latency[name];
    if (!spread) return [];
    return [[LABEL[name], ...[spread.p50, spread.p95, spread.p99, spread.max].map((ms) => ms.toFixed(1))]];
  });
  const uses = processes.map(({ name, cpuEach, cores, peakMiB }) => [
    name,
    cpuEach.toFixed(2),
    cores.toFixed(2),
    peakMiB.toFixed(0),
  ]);
  const others = ['others', '', Math.max(0, othersCores).toFixed(2), ''];
  return [
    `-- ${title} --`,
    `sent ${figures.sent}   accepted ${figures.acceptedPerSecond.toFixed(0)}/s   completed ${figures.completedPerSecond.toFixed(0)}/s   ` +
      `lost ${lostOf(figures)}${lostWhere.length > 0 ? ` (${lostWhere.join(', ')})` : ''}   refused ${figures.refused}   ` +
      `all final ${settledAfter === undefined ? 'NEVER' : `${(settledAfter / 1000).toFixed(1)} s after the last arrival`}`,
    '',
    columns([['ms from the request', 'p50', 'p95', 'p99', 'max'], ...times]),
    '',
    columns([['process', 'CPU ms each', 'cores', 'memory MiB'], ...uses, others]),
    '',
  ].join('\n');
}

export function bulkTable({
  people,
  acceptedPerSecond,
  from,
  to,
  steps,
  memory,
  wrong,
}: BulkFindings): string {
  const seconds = (to - from) / 1000;
  const rows = memory.map(({ name, before, quarters }) => [
    name,
    ...[before, ...quarters].map((mib) => mib.toFixed(0)),
  ]);
  return [
    `== bulk: ${people} people ==`,
    `accepted ${acceptedPerSecond.toFixed(0)}/s   all planned after ${seconds.toFixed(1)} s ` +
      `(${(people / seconds).toFixed(0)}/s)   progress told ${steps} times   people with less or more than theirs ${wrong}`,
    '',
    columns([['memory MiB when planned', '0 %', '25 %', '50 %', '75 %', '100 %'], ...rows]),
    '',
  ].join('\n');
}

/** What the service takes of its floor, phase by phase. */
export function comparison(service: Findings, floor: Findings): string {
  const lines = service.phases.flatMap((ours, index) => {
    const bare = floor.phases[index];
    if (!bare) return [];
    const cpu = ({ processes }: Phase, name: string) =>
      processes
        .filter((process) => process.name.startsWith(name))
        .reduce((sum, process) => sum + process.cpuEach, 0);
    const times = (a: number, b: number) => (a / b).toFixed(2);
    return [
      [ours.title, 'service', 'floor', 'service / floor'],
      row('completed per second', ours.figures.completedPerSecond, bare.figures.completedPerSecond, 0),
      row('CPU ms each, own process', cpu(ours, 'service'), cpu(bare, 'floor'), 2),
      row('CPU ms each, Postgres', cpu(ours, 'Postgres'), cpu(bare, 'Postgres'), 2),
      row(
        'p99 ms to the carrier',
        ours.figures.latency.sms?.p99 ?? NaN,
        bare.figures.latency.sms?.p99 ?? NaN,
        1,
      ),
      row(
        'p99 ms to the browser',
        ours.figures.latency.socket?.p99 ?? NaN,
        bare.figures.latency.socket?.p99 ?? NaN,
        1,
      ),
      ['', '', '', ''],
    ];
    function row(what: string, a: number, b: number, digits: number): string[] {
      return [what, a.toFixed(digits), b.toFixed(digits), times(a, b)];
    }
  });
  return columns(lines);
}

/** The first column to the left, the others to the right. */
function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  const cell = (text: string, at: number) =>
    at === 0 ? text.padEnd(widths[at] ?? 0) : text.padStart((widths[at] ?? 0) + 2);
  return rows.map((row) => row.map(cell).join('').trimEnd()).join('\n');
}
