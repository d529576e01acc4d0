import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Node {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  readonly children?: readonly number[];
}

interface Profile {
  readonly nodes: readonly Node[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const LINES = 30;
/** What is no work: waiting, and what belongs to nobody. */
const IDLE = new Set(['(idle)', '(program)', '(root)']);

/** Where the CPU went, by package and by function, for every profile in a folder; milliseconds a notification. */
export function hottestIn(folder: string, notifications: number): string {
  const files = readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'));
  return files.map((file) => hottest(join(folder, file), notifications)).join('\n');
}

function hottest(file: string, notifications: number): string {
  const profile = JSON.parse(readFileSync(file, 'utf8')) as Profile;
  const own = ownTimes(profile);
  const packages = new Map<string, number>();
  const functions = new Map<string, number>();
  const totals = new Map<string, number>();
  const add = (to: Map<string, number>, key: string, time: number) => to.set(key, (to.get(key) ?? 0) + time);
  const byId = new Map(profile.nodes.map((node) => [node.id, node]));
  const walk = (node: Node, above: ReadonlySet<string>): number => {
    const name = nameOf(node);
    const inside = above.has(name) ? above : new Set(above).add(name);
    let time = own.get(node.id) ?? 0;
    if (!IDLE.has(node.callFrame.functionName)) {
      add(packages, packageOf(node.callFrame.url), time);
      add(functions, name, time);
    }
    for (const id of node.children ?? []) {
      const child = byId.get(id);
      if (child) time += walk(child, inside);
    }
    // What calls itself is counted once.
    if (!above.has(name)) add(totals, name, time);
    return time;
  };
  const [root] = profile.nodes;
  if (root) walk(root, new Set());
  const ours = new Map([...totals].filter(([name]) => name.includes('dist/')));
  const list = (title: string, times: Map<string, number>) => {
    const top = [...times].sort(([, a], [, b]) => b - a).slice(0, LINES);
    return [title, ...top.map(([name, time]) => `  ${(time / 1000 / notifications).toFixed(4)}  ${name}`)];
  };
  return [
    `== ${file} (milliseconds for each of ${notifications} notifications, start and warm-up included) ==`,
    ...list('own time by package', packages),
    ...list('own time by function', functions),
    ...list('with all they call: functions of the service', ours),
  ].join('\n');
}

/** Microseconds by node. */
function ownTimes({ samples, timeDeltas }: Profile): Map<number, number> {
  const own = new Map<number, number>();
  samples.forEach((id, index) => own.set(id, (own.get(id) ?? 0) + (timeDeltas[index] ?? 0)));
  return own;
}

function packageOf(url: string): string {
  const parts = url.split('node_modules/');
  if (parts.length > 1) {
    const [scope = '', name = ''] = (parts.at(-1) ?? '').split('/');
    return scope.startsWith('@') ? `${scope}/${name}` : scope;
  }
  if (url.startsWith('node:')) return url;
  return /\/dist\/([^/]+)/.exec(url)?.[0].slice(1) ?? (url === '' ? '(native)' : url);
}

function nameOf({ callFrame: { functionName, url, lineNumber } }: Node): string {
  const place = url.replace(/^.*\/(?=(?:node_modules|dist)\/)/, '');
  return `${functionName === '' ? '(anonymous)' : functionName} ${place}:${lineNumber + 1}`;
}
