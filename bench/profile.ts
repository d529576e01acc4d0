import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Node {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  readonly children?: readonly number[];
}

/** Times in microseconds, by the clock that process.hrtime reads. */
interface Profile {
  readonly nodes: readonly Node[];
  readonly startTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** A part of a profile: milliseconds by the shared clock, and what was sent in it. */
export interface Window {
  readonly from: number;
  readonly to: number;
  readonly notifications: number;
}

const LINES = 40;
/** Samples are taken each millisecond; one that comes late says that the process had no core, not that it worked. */
const LONGEST_SAMPLE = 2000;
/** What is no work of anybody. */
const IDLE = new Set(['(idle)', '(program)', '(root)']);

/** Where the CPU went, for every profile in a folder, in milliseconds a notification. */
export function hottestIn(folder: string, window: Window): string {
  const files = readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'));
  return files.map((file) => hottest(join(folder, file), window)).join('\n');
}

class Tally {
  private readonly times = new Map<string, number>();

  constructor(private readonly title: string) {}

  add(key: string, time: number): void {
    if (time > 0) this.times.set(key, (this.times.get(key) ?? 0) + time);
  }

  lines(notifications: number): string[] {
    const top = [...this.times].sort(([, a], [, b]) => b - a).slice(0, LINES);
    return [
      '',
      this.title,
      ...top.map(([key, time]) => `  ${(time / 1000 / notifications).toFixed(3)}  ${key}`),
    ];
  }
}

/** Who called: the nearest package, and the nearest function of the service. */
interface Above {
  readonly package: string;
  readonly ours: string;
  readonly names: ReadonlySet<string>;
}

function hottest(file: string, window: Window): string {
  const profile = JSON.parse(readFileSync(file, 'utf8')) as Profile;
  const own = ownTimes(profile, window);
  const byId = new Map(profile.nodes.map((node) => [node.id, node]));
  const packages = new Tally('by package, with what it calls in Node itself');
  const nearest = new Tally('by the nearest function of the service, with the packages it calls');
  const functions = new Tally('by function, alone');
  const totals = new Tally('by function, with all that it calls');
  const walk = (node: Node, above: Above): number => {
    const name = nameOf(node);
    const isIdle = IDLE.has(node.callFrame.functionName);
    const here = {
      package: packageOf(node) ?? above.package,
      ours: isOurs(node) ? name : above.ours,
      names: above.names.has(name) ? above.names : new Set(above.names).add(name),
    };
    let time = isIdle ? 0 : (own.get(node.id) ?? 0);
    packages.add(
      node.callFrame.functionName === '(garbage collector)' ? 'garbage collector' : here.package,
      time,
    );
    nearest.add(here.ours === '' ? `- ${here.package}` : here.ours, time);
    functions.add(name, time);
    for (const id of node.children ?? []) {
      const child = byId.get(id);
      if (child) time += walk(child, here);
    }
    // What calls itself is counted once.
    if (!above.names.has(name)) totals.add(name, time);
    return time;
  };
  const [root] = profile.nodes;
  const all = root ? walk(root, { package: 'node', ours: '', names: new Set() }) : 0;
  const { notifications } = window;
  return [
    `== ${file}: ${(all / 1000 / notifications).toFixed(2)} ms for each of ${notifications} notifications ==`,
    ...[packages, nearest, functions, totals].flatMap((tally) => tally.lines(notifications)),
  ].join('\n');
}

/** Microseconds by node. */
function ownTimes({ startTime, samples, timeDeltas }: Profile, { from, to }: Window): Map<number, number> {
  const own = new Map<number, number>();
  let at = startTime;
  samples.forEach((id, index) => {
    const delta = timeDeltas[index] ?? 0;
    at += delta;
    if (at < from * 1000 || at > to * 1000) return;
    own.set(id, (own.get(id) ?? 0) + Math.min(delta, LONGEST_SAMPLE));
  });
  return own;
}

function packageOf({ callFrame: { url } }: Node): string | undefined {
  const parts = url.split('node_modules/');
  if (parts.length > 1) {
    const [scope = '', name = ''] = (parts.at(-1) ?? '').split('/');
    return scope.startsWith('@') ? `${scope}/${name}` : scope;
  }
  return /\/(dist\/[^/]+)/.exec(url)?.[1];
}

const isOurs = ({ callFrame: { url } }: Node) => !url.includes('node_modules/') && url.includes('/dist/');

function nameOf({ callFrame: { functionName, url, lineNumber } }: Node): string {
  const inPackage = url.lastIndexOf('node_modules/');
  const place = inPackage < 0 ? url.replace(/^.*\/(?=dist\/)/, '') : url.slice(inPackage);
  return `${functionName === '' ? '(anonymous)' : functionName} ${place}:${lineNumber + 1}`;
}
