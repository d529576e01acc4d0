import { readFileSync } from 'node:fs';

/** Clock ticks of /proc: 100 a second on every Linux that Node runs on. */
const TICK_MS = 10;

export interface Usage {
  /** Milliseconds of CPU since the process began; of a family, its ended children included. */
  readonly cpu: number;
  /** Bytes: the most that was ever resident; of a family, what is each one's own now, added up. */
  readonly memory: number;
}

/** What a process has used, or a process with its children. Undefined where there is no /proc. */
export function usageOf(pid: number, { family = false } = {}): Usage | undefined {
  try {
    if (!family) return { cpu: cpuOf(pid, 13), memory: fieldOf(pid, 'VmHWM') * 1024 };
    const children = childrenOf(pid);
    const cpu = children.reduce((sum, child) => sum + orNothing(() => cpuOf(child, 13)), cpuOf(pid, 15));
    const own = (member: number) => orNothing(() => fieldOf(member, 'RssAnon'));
    const memory = children.reduce((sum, child) => sum + own(child), own(pid)) * 1024;
    return { cpu, memory };
  } catch {
    return undefined;
  }
}

/** Milliseconds of CPU that this whole machine has used. Undefined where there is no /proc. */
export function usageOfAll(): number | undefined {
  const [user = NaN, nice = NaN, system = NaN, , , irq = NaN, softirq = NaN] =
    orNone(() => readFileSync('/proc/stat', 'utf8').split('\n', 1)[0]?.split(/\s+/).slice(1).map(Number)) ??
    [];
  const ticks = user + nice + system + irq + softirq;
  return Number.isNaN(ticks) ? undefined : ticks * TICK_MS;
}

/** MiB of a process that are in memory now; NaN where there is no /proc. */
export const residentOf = (pid: number) => (orNone(() => fieldOf(pid, 'VmRSS')) ?? NaN) / 1024;

/** The parent of a process; undefined where there is no /proc. */
export function parentOf(pid: number): number | undefined {
  return orNone(() => fieldOf(pid, 'PPid'));
}

/** Fields 14 and 15 are in user and system mode; 16 and 17 the same of children that have ended. */
function cpuOf(pid: number, lastField: 13 | 15): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name stands in brackets and may contain anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, lastField).reduce((sum, ticks) => sum + Number(ticks), 0) * TICK_MS;
}

function fieldOf(pid: number, name: string): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}

/** A child may end while we look. */
const orNothing = (read: () => number) => orNone(read) ?? 0;

function orNone<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
