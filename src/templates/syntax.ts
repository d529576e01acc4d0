import { call, DEEPEST, describe, Expressions, internal, isName } from './expressions.js';
import { LinkReader, MarkupReader, type Printer, Refusal } from './markup.js';
import { type Choice, type For, type Node, nodes, parse } from './nunjucks.js';

/** What a part is: its name decides. `line` has no line breaks, `url` is one link. */
export type PartKind = 'text' | 'line' | 'html' | 'url';

/** Why a template is refused, and where in the part: both counted from one. */
export interface SyntaxProblem {
  readonly line: number;
  readonly column: number;
  readonly reason: string;
}

const LONGEST_SOURCE = 64_000;

/** A tree that holds only what is allowed, or why there is none. */
export type Checked =
  { readonly tree: Node; readonly problems?: never } | { readonly problems: readonly SyntaxProblem[] };

/**
 * Reads a part and builds its tree anew, out of the few things that are allowed: text, variables, `if`, `for`,
 * comparisons and the listed filters. What is not understood here cannot get through: stored nunjucks would
 * otherwise be code that runs in this process.
 */
export function check(source: string, kind: PartKind): Checked {
  if (source.length > LONGEST_SOURCE) {
    return { problems: [{ line: 1, column: 1, reason: `it is longer than ${LONGEST_SOURCE} characters` }] };
  }
  const builder = new Builder(kind, source.length);
  try {
    const tree = builder.build(parse(source));
    return builder.problems.length > 0 ? { problems: builder.problems } : { tree };
  } catch (error) {
    return { problems: [problemOf(error)] };
  }
}

/** The parser tells where it stopped; anything else (a stack overflow) is about the whole. */
function problemOf(error: unknown): SyntaxProblem {
  const { lineno, colno, message } = error as { lineno?: number; colno?: number; message: string };
  const reason = message.replace(/^\(unknown path\)[^\n]*\n\s*/, '').replace(/^parse\w+: /, '');
  if (error instanceof RangeError) return { line: 1, column: 1, reason: 'it is nested too deeply' };
  return { line: lineno ?? 1, column: colno ?? 1, reason };
}

class Builder {
  readonly problems: SyntaxProblem[] = [];
  private depth = 0;
  private markup: MarkupReader | undefined;
  private readonly link: LinkReader | undefined;
  private readonly expressions = new Expressions((node, reason) => this.refuse(node, reason));

  constructor(
    private readonly kind: PartKind,
    /** Characters of the source: what one turn of a loop costs at most. */
    private readonly size: number,
  ) {
    if (kind === 'html') this.markup = new MarkupReader();
    if (kind === 'url') this.link = new LinkReader();
  }

  build(root: Node): Node {
    const tree = new nodes.Root(0, 0, this.statements(root));
    this.refusing(root, () => this.markup?.end());
    return tree;
  }

  private statements(node: Node): Node[] {
    if (this.depth >= DEEPEST) return [this.refuse(node, 'it is nested too deeply')];
    this.depth += 1;
    try {
      return this.statementsOf(node);
    } finally {
      this.depth -= 1;
    }
  }

  private statementsOf(node: Node): Node[] {
    if (node.typename !== 'Root' && node.typename !== 'NodeList') return [this.statement(node)];
    return node.children.map((child) => this.statement(child));
  }

  private body(node: Node): Node {
    return new nodes.NodeList(node.lineno, node.colno, this.statements(node));
  }

  private statement(node: Node): Node {
    switch (node.typename) {
      case 'Output':
        return new nodes.Output(
          node.lineno,
          node.colno,
          node.children.map((child) => this.output(child)),
        );
      case 'If':
        return this.choice(node);
      case 'For':
        return this.loop(node);
      default:
        return this.refuse(node, `${describe(node)} is not allowed`);
    }
  }

  private output(node: Node): Node {
    if (node.typename === 'TemplateData') {
      const text = String(node.value);
      this.refusing(node, () => this.markup?.literal(text));
      this.refusing(node, () => this.link?.literal(text));
      return new nodes.TemplateData(
        node.lineno,
        node.colno,
        this.kind === 'line' ? text.replace(/\s*[\r\n]+\s*/g, ' ') : text,
      );
    }
    const { node: value, path } = this.expressions.expression(node);
    return call(node, internal.print(this.printer(node)), value, path);
  }

  private printer(node: Node): Printer {
    const markup = this.refusing(node, () => this.markup?.variable());
    if (markup) return markup;
    if (this.link) return this.link.variable();
    return this.kind === 'line' ? 'line' : 'text';
  }

  /** Both ways through an `if` must leave the reader of the markup in the same place. */
  private choice(node: Choice): Node {
    if (this.link) return this.refuse(node, 'a link holds variables only: use default(...) for a choice');
    const cond = this.expressions.condition(node.cond);
    const before = this.markup?.fork();
    const body = this.body(node.body);
    const after = this.markup;
    this.markup = before;
    const otherwise = node.else_ && this.body(node.else_);
    if (after?.state() !== this.markup?.state()) {
      this.refuse(node, 'both ways of an if must leave the HTML in the same place: close what you open');
    }
    return new nodes.If(node.lineno, node.colno, cond, body, otherwise);
  }

  private loop(node: For): Node {
    const { name } = node;
    if (this.link) return this.refuse(node, 'a link cannot hold a loop');
    if (name.typename !== 'Symbol')
      return this.refuse(node, 'a loop has one variable: {% for item in list %}');
    if (!isName(name.value) || name.value === 'loop')
      return this.refuse(name, `"${name.value}" cannot be the name of a variable`);
    const list = this.expressions.expression(node.arr);
    const size = new nodes.Literal(node.lineno, node.colno, this.size);
    const each = call(node, internal.each, list.node, list.path, [size]);
    const before = this.markup?.state();
    const body = this.expressions.inLoop(name.value, list.path, () => this.body(node.body));
    if (before !== this.markup?.state()) {
      this.refuse(node, 'a loop must leave the HTML where it found it: close what you open');
    }
    const item = new nodes.Symbol(name.lineno, name.colno, name.value);
    const otherwise = node.else_ && this.body(node.else_);
    return new nodes.For(node.lineno, node.colno, each, item, body, otherwise);
  }

  private refuse(node: Node, reason: string): Node {
    this.problems.push({ line: node.lineno + 1, column: node.colno + 1, reason });
    return new nodes.Literal(node.lineno, node.colno, '');
  }

  /** The readers of markup and links throw; one part tells all its problems. */
  private refusing<T>(node: Node, read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.refuse(node, error.message);
      // What follows would only be complained of for the same reason.
      this.markup = undefined;
      return undefined;
    }
  }
}
