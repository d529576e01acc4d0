import { parse } from 'yaml';
import type { Explanation } from '../channels/channel.js';
import { FAILURES, type FailureKind } from '../channels/failures.js';
import type { Environment } from '../config/settings.js';
import { PROVIDER_RANK, type ProviderStatus } from '../deliveries/status.js';
import type { AnswerMapping, CallbackMapping, CallMapping, FindMapping, Mapping } from './mapping.js';
import { MappingReader } from './mapping.reader.js';

const KINDS = Object.keys(FAILURES) as FailureKind[];
const STATUSES = Object.keys(PROVIDER_RANK) as ProviderStatus[];
/** What a call's placeholders may name. */
const PLACEHOLDERS = [
  'to',
  'to_digits',
  'text',
  'from',
  'reference',
  'callback_url',
  'unicode',
  'id',
  'dlt_template_id',
  'dlt_entity_id',
  'dlt_header',
];
const TAKEN = ['twilio', 'sandbox'];
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;
const PATH = { form: /^[\w-]+(\.[\w-]+)*$/, help: 'a path, as data.message_id', fallback: '' };

/** Reads and checks a mapping file. Throws an Error that names every problem with its place and its cure. */
export function readMapping(source: string, env: Environment): Mapping {
  const problems: string[] = [];
  const top = new MappingReader(parsed(source), '', env, problems);
  top.only(...FIELDS);
  const mapping = mappingOf(top, env);
  if (TAKEN.includes(mapping.name)) top.report('name', `must not be ${TAKEN.join(' or ')}: take another one`);
  if (problems.length > 0) throw new Error(problems.join('; '));
  return mapping;
}

const FIELDS = [
  'name',
  'sender',
  'countries',
  'timeout_ms',
  'connections',
  'unicode',
  'send',
  'find',
  'status',
  'callback',
  'statuses',
  'errors',
];

function mappingOf(top: MappingReader, env: Environment): Mapping {
  const unicode = top.texts('unicode');
  const errors = top.has('errors') ? top.object('errors') : undefined;
  errors?.only('http', 'codes', 'otherwise');
  return {
    name: top.text('name', { form: /^[a-z][a-z0-9-]{1,29}$/, help: 'a short name in small letters' }),
    sender: top.text('sender', { help: 'the sender', fallback: '' }),
    countries: top.list('countries'),
    timeout: top.number('timeout_ms', 10_000, [500, 20_000]),
    connections: top.number('connections', 40, [1, 1000]),
    unicode: { yes: unicode['yes'] ?? 'true', no: unicode['no'] ?? 'false' },
    send: callOf(top.object('send'), env),
    find: top.has('find') ? findOf(top.object('find'), env) : undefined,
    status: top.has('status') ? callOf(top.object('status'), env) : undefined,
    callback: top.has('callback') ? callbackOf(top.object('callback')) : undefined,
    statuses: choicesOf(top, 'statuses', STATUSES),
    codes: errors?.has('codes') ? codesOf(errors.object('codes')) : {},
    http: errors ? choicesOf(errors, 'http', KINDS) : {},
    otherwise: errors?.choice('otherwise', KINDS, 'ambiguous') ?? 'ambiguous',
  };
}

function parsed(source: string): unknown {
  try {
    return parse(source, { maxAliasCount: 0 });
  } catch (error) {
    throw new Error(`it is no YAML: ${(error as Error).message.split('\n', 1)[0] ?? ''}`, { cause: error });
  }
}

const findOf = (find: MappingReader, env: Environment): FindMapping => ({
  ...callOf(find, env, 'absent'),
  absent: find.list('absent'),
});

function callOf(call: MappingReader, env: Environment, ...more: readonly string[]): CallMapping {
  call.only('method', 'url', 'headers', 'json', 'form', 'answer', ...more);
  if (call.has('json') && call.has('form'))
    call.report('form', 'and json exclude each other: keep one of them');
  const form = call.has('json') ? 'json' : 'form';
  const body = call.has(form) ? ({ form, fields: call.json(form) } as const) : undefined;
  checkPlaceholders(call, form, JSON.stringify(body?.fields ?? ''));
  return {
    method: call.choice('method', ['POST', 'GET', 'PUT'], body ? 'POST' : 'GET'),
    url: urlOf(call, env),
    headers: headersOf(call),
    body,
    answer: answerOf(call.object('answer')),
  };
}

function headersOf(call: MappingReader): Record<string, string> {
  const headers = call.texts('headers');
  for (const [name, text] of Object.entries(headers)) {
    checkPlaceholders(call, `headers.${name}`, text);
    if (/[\r\n]/.test(text)) call.report(`headers.${name}`, 'must be a single line');
  }
  return headers;
}

function urlOf(call: MappingReader, env: Environment): string {
  const url = call.text('url', { help: 'the URL of the call, as https://api.carrier.example/v1/sms' });
  checkPlaceholders(call, 'url', url);
  if (url === '') return url;
  const { protocol, hostname } = URL.canParse(url) ? new URL(url) : { protocol: '', hostname: '' };
  const isNear = protocol === 'http:' && LOOPBACK.test(hostname) && env['NODE_ENV'] !== 'production';
  if (protocol !== 'https:' && !isNear)
    call.report('url', 'must begin with https:// (in development http://localhost will do)');
  if (/[{}]|%7B/i.test(hostname)) call.report('url', 'must name its host plainly: placeholders go behind it');
  return url;
}

function checkPlaceholders(reader: MappingReader, key: string, text: string): void {
  for (const [, name = ''] of text.matchAll(/(?<!\$)\{([a-z_]+)\}/g))
    if (!PLACEHOLDERS.includes(name))
      reader.report(key, `holds {${name}}, which nothing fills: known are ${PLACEHOLDERS.join(', ')}`);
}

function answerOf(answer: MappingReader): AnswerMapping {
  answer.only('format', 'separator', 'id', 'status', 'code', 'message', 'accepted');
  const accepted = answer.has('accepted') ? answer.object('accepted') : undefined;
  accepted?.only('at', 'is');
  return {
    format: answer.choice('format', ['json', 'form', 'text'], 'json'),
    separator: answer.text('separator', { help: 'what stands between the parts', fallback: '|' }),
    id: answer.text('id', PATH),
    status: answer.text('status', PATH),
    code: answer.text('code', PATH),
    message: answer.text('message', PATH),
    accepted: accepted && { at: accepted.text('at', { ...PATH, fallback: '' }), is: accepted.list('is') },
  };
}

function callbackOf(callback: MappingReader): CallbackMapping {
  callback.only('token', 'list', 'id', 'reference', 'status', 'code', 'price', 'currency');
  return {
    token: callback.text('token', {
      form: /^[\w.~-]{16,}$/,
      help: 'at least 16 letters and digits: ${A_SECRET}',
    }),
    list: callback.text('list', PATH),
    id: callback.text('id', { form: PATH.form, help: PATH.help }),
    reference: callback.text('reference', PATH),
    status: callback.text('status', { form: PATH.form, help: PATH.help }),
    code: callback.text('code', PATH),
    price: callback.text('price', PATH),
    currency: callback.text('currency', { form: /^[A-Z]{3}$/, help: 'a currency, as INR', fallback: 'INR' }),
  };
}

function choicesOf<T extends string>(
  reader: MappingReader,
  key: string,
  allowed: readonly T[],
): Record<string, T> {
  if (!reader.has(key)) return {};
  const inner = reader.object(key);
  return Object.fromEntries(inner.keys().map((name) => [name, inner.choice(name, allowed)]));
}

/** Either a class alone, or a class with what people are told. */
function codesOf(codes: MappingReader): Record<string, Explanation> {
  return Object.fromEntries(codes.keys().map((code) => [code, codeOf(codes.object(code))]));
}

function codeOf(code: MappingReader): Explanation {
  code.only('class', 'says', 'cure');
  return {
    class: code.choice('class', KINDS),
    sentence: code.text('says', { help: 'what happened, as a sentence' }),
    cure: code.text('cure', { help: 'what to do, as a sentence' }),
  };
}
