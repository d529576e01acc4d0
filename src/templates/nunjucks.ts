import nunjucks from 'nunjucks';

/**
 * The only door to nunjucks: its parser, its nodes and its code generator.
 * Its environment, loaders, globals and runtime stay outside: what a template can reach is what `part.ts` gives it.
 */
interface Place {
  readonly lineno: number;
  readonly colno: number;
}

interface Literal extends Place {
  readonly typename: 'Literal' | 'TemplateData';
  readonly value: unknown;
}
interface SymbolNode extends Place {
  readonly typename: 'Symbol';
  readonly value: string;
}
interface List extends Place {
  readonly typename: 'Root' | 'NodeList' | 'Output' | 'Group' | 'Array';
  readonly children: readonly Node[];
}
interface LookupVal extends Place {
  readonly typename: 'LookupVal';
  readonly target: Node;
  readonly val: Node | undefined;
}
interface Filter extends Place {
  readonly typename: 'Filter';
  readonly name: SymbolNode;
  readonly args: List;
}
export interface Choice extends Place {
  readonly typename: 'If' | 'InlineIf';
  readonly cond: Node;
  readonly body: Node;
  readonly else_: Node | null;
}
export interface For extends Place {
  readonly typename: 'For';
  readonly arr: Node;
  readonly name: Node;
  readonly body: Node;
  readonly else_: Node | null;
}
interface Binary extends Place {
  readonly typename: 'And' | 'Or' | 'Is';
  readonly left: Node;
  readonly right: Node;
}
interface Not extends Place {
  readonly typename: 'Not';
  readonly target: Node;
}
interface Compare extends Place {
  readonly typename: 'Compare';
  readonly expr: Node;
  readonly ops: readonly { readonly expr: Node; readonly type: string }[];
}
/** What a template may be made of. The parser gives more kinds; they fall to the `default` of every switch. */
export type Node = Literal | SymbolNode | List | LookupVal | Filter | Choice | For | Binary | Not | Compare;

export type FilterNode = Filter;
export type LookupNode = LookupVal | SymbolNode;

type Make<Fields extends unknown[]> = new (line: number, column: number, ...fields: Fields) => Node;

/** A generated function: runs a template with what it is given, and calls back before it returns. */
export type Root = (
  env: object,
  context: object,
  frame: object,
  runtime: object,
  done: (error: unknown, output?: string) => void,
) => void;

interface Internals {
  readonly parser: { parse(source: string, extensions: [], options: object): Node };
  readonly compiler: {
    Compiler: new (name: undefined, strict: boolean) => { compile(node: Node): void; getCode(): string };
  };
  readonly nodes: {
    readonly Root: Make<[Node[]]>;
    readonly NodeList: Make<[Node[]]>;
    readonly Output: Make<[Node[]]>;
    readonly Group: Make<[Node[]]>;
    readonly Literal: Make<[unknown]>;
    readonly TemplateData: Make<[string]>;
    readonly Symbol: Make<[string]>;
    readonly LookupVal: Make<[Node, Node]>;
    readonly Filter: Make<[Node, Node]>;
    readonly If: Make<[Node, Node, Node | null]>;
    readonly InlineIf: Make<[Node, Node, Node | null]>;
    readonly For: Make<[Node, Node, Node, Node | null]>;
    readonly And: Make<[Node, Node]>;
    readonly Or: Make<[Node, Node]>;
    readonly Not: Make<[Node]>;
    readonly Compare: Make<[Node, Node[]]>;
    readonly CompareOperand: Make<[Node, string]>;
  };
  readonly runtime: { Frame: new () => object };
}

const internals = nunjucks as unknown as Internals;

export const { nodes } = internals;
export const { Frame } = internals.runtime;

/** A block tag alone on its line leaves no blank line behind. */
export const parse = (source: string): Node =>
  internals.parser.parse(source, [], { trimBlocks: true, lstripBlocks: true });

/** Makes the function of a tree. The tree must have been built by `syntax.ts`: names reach the code unescaped. */
export function generate(tree: Node): Root {
  const compiler = new internals.compiler.Compiler(undefined, false);
  compiler.compile(tree);
  // The code comes from nunjucks's own generator, fed only with nodes, names and literals that syntax.ts has checked.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  const make = new Function(compiler.getCode()) as () => { root: Root };
  return make().root;
}
