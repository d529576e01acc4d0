import { STATUS_CODES } from 'node:http';
import type {
  OpenAPIObject,
  OperationObject,
  ParameterObject,
  RequestBodyObject,
  ResponseObject,
} from '@nestjs/swagger';
import { EXAMPLES, PARAMETERS } from './examples.js';
import { addProblems, problemResponses } from './problems.js';
import { type AccessRule, ALLOWED } from '../auth/allow.js';

/** A route, as Nest describes it. */
export type Operation = Omit<OperationObject, 'parameters' | 'requestBody' | 'responses'> & {
  readonly operationId: string;
  readonly parameters: ParameterObject[];
  readonly requestBody?: RequestBodyObject;
  readonly responses: Record<string, ResponseObject>;
  readonly [ALLOWED]: readonly AccessRule[];
};

const WHO: Readonly<Record<AccessRule['to'], string>> = {
  anyone: 'anyone, without a key',
  user: 'a person, with their own token',
  inbox: "a person, with their own token or a page's short one",
  service: 'a service',
  staff: 'staff (`is_staff` in their token), or a service',
};

const SECURITY: Readonly<Record<AccessRule['to'], readonly string[]>> = {
  anyone: [],
  user: ['person'],
  inbox: ['person'],
  service: ['service'],
  staff: ['service', 'person'],
};

/** `NotificationsController`, `create`: `notifications.create`; the second path of a route ends in `[1]`. */
export const operationIdOf = (controller: string, method: string): string =>
  `${controller.charAt(0).toLowerCase()}${controller.slice(1)}.${method}`
    .replace('Controller.', '.')
    .replace('[0]', '');

/** Says of each route what all have in common, so that no controller has to; other paths of a route go. */
export function completeOperations(document: OpenAPIObject): void {
  for (const [path, item] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(item) as [string, Operation][]) {
      if (operation.operationId.endsWith(']')) Reflect.deleteProperty(item, method);
      else complete(operation);
    }
    if (Object.keys(item).length === 0) Reflect.deleteProperty(document.paths, path);
  }
  (document.components ??= {}).responses = problemResponses();
}

function complete(operation: Operation): void {
  const rules = operation[ALLOWED];
  const [summary = '', ...more] = (operation.summary ?? '').split(/(?<=\.) /);
  operation.summary = summary.replace(/\.$/, '');
  operation.description = [more.join(' '), `**Who may call:** ${whoOf(rules)}.`].join('\n\n').trim();
  operation.security = [...new Set(rules.flatMap(({ to }) => SECURITY[to]))].map((name) => ({ [name]: [] }));
  for (const parameter of operation.parameters) explain(parameter, operation.tags?.[0]);
  addExamples(operation);
  for (const [status, response] of Object.entries(operation.responses)) {
    response.description ||= STATUS_CODES[status] ?? '';
    if (isRepeatable(operation) && status.startsWith('2')) response.headers = REPLAYED;
  }
  addProblems(operation);
}

const whoOf = (rules: readonly AccessRule[]) =>
  rules
    .map((rule) =>
      'scope' in rule ? `${WHO[rule.to]} whose API key has the scope \`${rule.scope}\`` : WHO[rule.to],
    )
    .join('; or ');

function explain(parameter: ParameterObject, tag = ''): void {
  if (parameter.in === 'path') Object.assign(parameter, PARAMETERS[tag]?.[parameter.name]);
  const schema = (parameter.schema ?? {}) as { example?: string; default?: unknown };
  // The page would filter by what is only an example.
  if (parameter.in === 'query' && schema.example !== undefined) {
    parameter.description = `${parameter.description ?? ''} For instance \`${schema.example}\`.`.trim();
    delete schema.example;
  }
  // A field with a default counts as required for TypeScript, and only there.
  if (schema.default !== undefined) parameter.required = false;
}

function addExamples({ operationId, requestBody }: Operation): void {
  const content = requestBody?.content['application/json'];
  if (!content) return;
  const examples = Object.entries(EXAMPLES[operationId] ?? {});
  content.examples = Object.fromEntries(examples.map(([name, value]) => [name, { value }]));
}

const isRepeatable = ({ parameters }: Operation) => parameters.some(({ name }) => name === 'Idempotency-Key');

const REPLAYED = {
  'Idempotency-Replayed': {
    description: '`true` when this is the first answer to the same Idempotency-Key, given again.',
    schema: { type: 'string', enum: ['true'] },
  },
};
