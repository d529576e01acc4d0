import { didYouMean } from '../http/closest.js';
import { filters } from './filters.js';
import type { Printer } from './markup.js';
import { type FilterNode, type LookupNode, type Node, nodes } from './nunjucks.js';

/** Filters that only this folder writes into a tree: no template can name them, because of the blank. */
export const internal = {
  /** Writes a value out, as its place demands. */
  print: (printer: Printer) => ` ${printer}`,
  /** A variable that decides: it must be there. */
  need: ' need',
  /** A variable that is compared: it must be there, and be no list or object. */
  scalar: ' scalar',
  /** A list that is walked through. */
  each: ' each',
  defined: ' defined',
} as const;

/** Deeper ones would overflow the stack here, in nunjucks's generator or in V8. */
export const DEEPEST = 50;
const NAME = /^[A-Za-z][A-Za-z0-9_]*$/;
const KEY = /^[A-Za-z0-9_ -]{1,64}$/;
const FORBIDDEN = new Set(['constructor', 'prototype', '__proto__']);
const COMPARISONS = new Set(['==', '===', '!=', '!==', '<', '>', '<=', '>=']);

export interface Expression {
  readonly node: Node;
  /** The variable it is about, as `order.total_amount`; empty for literals and choices. */
  readonly path: string;
  /** True when it is the variable itself, with nothing done to it. */
  readonly bare: boolean;
}

/** Builds expressions anew out of what is allowed, and tells `refuse` about everything else. */
export class Expressions {
  private depth = 0;
  private readonly loops: { name: string; path: string }[] = [];

  constructor(private readonly refuse: (node: Node, reason: string) => Node) {}

  /** Inside `body`, the name stands for an entry of the list. */
  inLoop<T>(name: string, list: string, body: () => T): T {
    this.loops.push({ name, path: `${list || 'list'}.*` });
    try {
      return body();
    } finally {
      this.loops.pop();
    }
  }

  /** Any expression; a variable in it is not yet asked whether it is there. */
  expression(node: Node): Expression {
    if (this.depth >= DEEPEST) return plain(this.refuse(node, 'it is nested too deeply'));
    this.depth += 1;
    try {
      return this.build(node);
    } finally {
      this.depth -= 1;
    }
  }

  private build(node: Node): Expression {
    switch (node.typename) {
      case 'Literal':
        return plain(this.literal(node));
      case 'Symbol':
      case 'LookupVal':
        return this.lookup(node);
      case 'Filter':
        return this.filter(node);
      case 'Group':
        return this.group(node.children, node);
      case 'InlineIf': {
        const cond = this.condition(node.cond);
        const otherwise = node.else_ && this.condition(node.else_);
        return plain(new nodes.InlineIf(node.lineno, node.colno, cond, this.condition(node.body), otherwise));
      }
      default:
        return plain(this.logic(node));
    }
  }

  private logic(node: Node): Node {
    const { lineno, colno } = node;
    switch (node.typename) {
      case 'And':
        return new nodes.And(lineno, colno, this.condition(node.left), this.condition(node.right));
      case 'Or':
        return new nodes.Or(lineno, colno, this.condition(node.left), this.condition(node.right));
      case 'Not':
        // The generator writes no brackets: `not a == b` would become `!a == b`.
        return new nodes.Not(lineno, colno, new nodes.Group(lineno, colno, [this.condition(node.target)]));
      case 'Compare': {
        const operands = node.ops.map(({ expr, type }) => {
          if (!COMPARISONS.has(type)) this.refuse(expr, `${type} is not allowed`);
          return new nodes.CompareOperand(expr.lineno, expr.colno, this.operand(expr), type);
        });
        return new nodes.Compare(lineno, colno, this.operand(node.expr), operands);
      }
      case 'Is':
        return this.isDefined(node.left, node.right);
      default:
        return this.refuse(node, `${describe(node)} is not allowed`);
    }
  }

  /** A value that decides something, or is one of two ways: a lacking variable is an error here too. */
  condition(node: Node): Node {
    const { node: made, path, bare } = this.expression(node);
    return bare ? call(node, internal.need, made, path) : made;
  }

  private operand(node: Node): Node {
    if (!['Literal', 'Symbol', 'LookupVal', 'Filter'].includes(node.typename)) {
      return this.refuse(node, 'only variables, filters and fixed values can be compared');
    }
    const { node: made, path, bare } = this.expression(node);
    return bare ? call(node, internal.scalar, made, path) : made;
  }

  private isDefined(left: Node, right: Node): Node {
    const variable = left.typename === 'Symbol' || left.typename === 'LookupVal';
    if (!variable || right.typename !== 'Symbol' || right.value !== 'defined') {
      return this.refuse(right, 'the only test is: variable is defined');
    }
    const { node, path } = this.lookup(left);
    return call(left, internal.defined, node, path);
  }

  private group(children: readonly Node[], node: Node): Expression {
    const [only] = children;
    if (children.length !== 1 || !only) return plain(this.refuse(node, 'brackets hold one value'));
    const { node: made, ...rest } = this.expression(only);
    return { node: new nodes.Group(node.lineno, node.colno, [made]), ...rest };
  }

  private lookup(node: LookupNode): Expression {
    const { lineno, colno } = node;
    if (node.typename === 'Symbol') {
      if (!isName(node.value)) this.refuse(node, `"${node.value}" is no name of a variable`);
      const loop = this.loops.findLast(({ name }) => name === node.value);
      return {
        node: new nodes.Symbol(lineno, colno, node.value),
        path: loop?.path ?? node.value,
        bare: true,
      };
    }
    const { target, val } = node;
    if (target.typename !== 'Symbol' && target.typename !== 'LookupVal') {
      return plain(this.refuse(node, 'only a variable has fields'));
    }
    const of = this.expression(target);
    const key = val?.typename === 'Literal' ? val.value : undefined;
    if (!isKey(key)) {
      const what = typeof key === 'string' ? `"${key}"` : 'a computed name';
      return plain(this.refuse(node, `${what} is no field of a variable`));
    }
    const made = new nodes.LookupVal(lineno, colno, of.node, new nodes.Literal(lineno, colno, key));
    return { node: made, path: `${of.path}.${key}`, bare: true };
  }

  private filter(node: FilterNode): Expression {
    const [input, ...given] = node.args.children;
    const name = node.name.value;
    const filter = filters.get(name);
    if (!filter || !input) {
      const known = filters.keys();
      return plain(this.refuse(node, `there is no filter "${name}".${didYouMean(name, known)}`));
    }
    const values = given.map((child) =>
      child.typename === 'Literal' && isFixed(child.value) ? child.value : undefined,
    );
    const wrong = values.includes(undefined)
      ? 'takes fixed values only, as in default("x")'
      : filter.wrong(values);
    if (wrong !== undefined) return plain(this.refuse(node, `the filter ${name} ${wrong}`));
    const { node: made, path } = this.expression(input);
    const literals = values.map((value) => new nodes.Literal(node.lineno, node.colno, value));
    return { node: call(node, name, made, path, literals), path, bare: false };
  }

  private literal(node: Node & { value: unknown }): Node {
    const { value } = node;
    if (isFixed(value)) {
      return new nodes.Literal(node.lineno, node.colno, value);
    }
    return this.refuse(node, 'a regular expression is not allowed');
  }
}

/** The parser also makes regular expressions and Infinity out of what it reads. */
const isFixed = (value: unknown) =>
  value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);

/** An expression that is about no single variable. */
const plain = (node: Node): Expression => ({ node, path: '', bare: false });

/** `value | name(path, ...)`: every filter learns which variable it works on. */
export function call(
  { lineno, colno }: Node,
  name: string,
  value: Node,
  path: string,
  rest: Node[] = [],
): Node {
  const args = new nodes.NodeList(lineno, colno, [value, new nodes.Literal(lineno, colno, path), ...rest]);
  return new nodes.Filter(lineno, colno, new nodes.Symbol(lineno, colno, name), args);
}

export const isName = (name: string) => NAME.test(name) && !FORBIDDEN.has(name);

const isKey = (key: unknown): key is string | number =>
  typeof key === 'string'
    ? KEY.test(key) && !FORBIDDEN.has(key) && !key.startsWith('__')
    : Number.isInteger(key) && Number(key) >= 0;

/** The parser's kinds, in the words of a template's author. */
export function describe(node: Node): string {
  const kind: string = node.typename;
  const named: Record<string, string> = { FunCall: 'a call', Array: 'a list', Dict: 'an object', In: '`in`' };
  return named[kind] ?? `\`${kind.toLowerCase()}\``;
}
