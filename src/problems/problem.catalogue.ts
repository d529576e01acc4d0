import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { PLAIN } from '../http/html.pages.js';

/** What one code means, as `web/plain/problems/codes` has it. */
interface Entry {
  /** The HTTP status of the answer; absent where the code only stands in the list `errors` of another. */
  readonly status?: number;
  /** Where it may stand in the list `errors`: a JSON pointer. */
  readonly pointer?: string;
  /** What happened. */
  readonly what: string;
  readonly cure: string;
  /** What an answer says, for instance. */
  readonly detail: string;
  /** What works, for instance. */
  readonly right?: string;
}

export interface ProblemPage extends Entry {
  readonly code: string;
}

let known: ReadonlyMap<string, ProblemPage> | undefined;

/** All codes that the service answers with, by name; read when somebody asks first. */
export function problemPages(): ReadonlyMap<string, ProblemPage> {
  known ??= read(join(PLAIN, 'problems/codes'));
  return known;
}

function read(folder: string): Map<string, ProblemPage> {
  const entries = readdirSync(folder).flatMap((file) =>
    Object.entries(parse(readFileSync(join(folder, file), 'utf8')) as Record<string, Entry>),
  );
  const pages = entries.map(([code, entry]) => [code, { code, ...entry }] as const);
  return new Map(pages.sort(([a], [b]) => (a < b ? -1 : 1)));
}
