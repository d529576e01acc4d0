import { unprocessable } from '../http/domain.error.js';
import { Frame, generate, type Node, type Root } from './nunjucks.js';
import { functions } from './printers.js';
import { own, type Run } from './run.js';
import { check, type PartKind, type SyntaxProblem } from './syntax.js';

/** One part of a template, compiled. */
export type Part = (run: Run) => string;

/** Characters that a part may grow to. */
const LONGEST: Readonly<Record<PartKind, number>> = { line: 1_000, url: 2_000, text: 100_000, html: 200_000 };

/** Compiles one part, or says why it is refused. */
export function compilePart(
  source: string,
  kind: PartKind,
): { part: Part } | { problems: readonly SyntaxProblem[] } {
  const checked = check(source.trim(), kind);
  if (checked.problems) return checked;
  const root = generated(checked.tree);
  if (!root) return { problems: [{ line: 1, column: 1, reason: 'it cannot be compiled' }] };
  const part: Part = (run) => {
    let output = '';
    root(env, run, rootFrame, runtime, (error, result) => {
      if (error !== null) throw error as Error;
      output = result ?? '';
    });
    if (output.length <= LONGEST[kind]) return output;
    throw unprocessable(
      'template.too-long',
      `A part is longer than ${LONGEST[kind]} characters: shorten it.`,
    );
  };
  return { part };
}

/** What was let through compiles; should it ever not, it is refused all the same. */
function generated(tree: Node): Root | undefined {
  try {
    return generate(tree);
  } catch {
    return undefined;
  }
}

/**
 * What nunjucks's generated code reaches, in place of its own runtime: looking up own fields, the listed filters, and
 * nothing that calls.
 */
const runtime = {
  contextOrFrameLookup: (run: Run, frame: { lookup(name: string): unknown }, name: string) =>
    frame.lookup(name) ?? run.read(name),
  memberLookup: own,
  callWrap: () => {
    throw new Error('a template called something');
  },
  fromIterator: (list: unknown) => list,
  suppressValue: (text: string) => text,
  handleError: (error: unknown) => error,
};

const env = {
  opts: { autoescape: false },
  getFilter: (name: string) => functions.get(name),
};

/** Loops push their own frames on it and pop them; nothing is ever written to it. */
const rootFrame = new Frame();
