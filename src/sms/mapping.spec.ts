import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { answered, requestOf } from './mapping.calls.js';
import { readMapping } from './mapping.file.js';
import type { AnswerMapping } from './mapping.js';

const example = readFileSync(new URL('../../docs/carriers/example.yaml', import.meta.url), 'utf8');
const ENV = { CARRIER_API_KEY: 'key-of-tests', CARRIER_CALLBACK_TOKEN: 'token-of-the-callback' };
const minimal = `
name: local
send:
  url: https://api.example.com/sms
  form: { to: '{to}', text: '{text}', template: '{dlt_template_id}' }
  answer: { id: id }
`;

const problemOf = (source: string, env: Record<string, string> = {}) => {
  try {
    readMapping(source, env);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('A mapping file', () => {
  it('that is shipped as an example can be read as it stands', () => {
    const mapping = readMapping(example, ENV);
    expect(mapping).toMatchObject({ name: 'carrier', countries: ['IN'], otherwise: 'ambiguous' });
    expect(mapping.codes['1010']).toMatchObject({ class: 'address' });
    expect(mapping.send.headers).toEqual({ authorization: 'Bearer key-of-tests' });
  });

  it('needs no more than a name, a URL and a place for the id', () => {
    expect(readMapping(minimal, {}).send).toMatchObject({
      method: 'POST',
      answer: { format: 'json', id: 'id' },
    });
  });

  it.each([
    [
      'a secret that is not set',
      minimal.replace('{to}', '${CARRIER_KEY}'),
      'names ${CARRIER_KEY}, which is not set',
    ],
    ['plain http to elsewhere', minimal.replace('https:', 'http:'), 'send.url must begin with https://'],
    ['a placeholder in the host', minimal.replace('api.example.com', '{to}.example.com'), 'send.url must'],
    ['a placeholder that nothing fills', minimal.replace('{text}', '{txt}'), 'send.form holds {txt}'],
    [
      'a placeholder in a header that nothing fills',
      minimal.replace('form:', "headers: { x-id: '{refrence}' }\n  form:"),
      'send.headers.x-id holds {refrence}',
    ],
    [
      'a header of two lines',
      minimal.replace('form:', 'headers: { x-id: "a\\r\\nb" }\n  form:'),
      'send.headers.x-id must be a single line',
    ],
    ['bare braces', minimal.replace('https://api.example.com/sms', '{url}'), 'YAML wants quotes'],
    ['a mistyped field', `${minimal}countrys: [IN]`, 'countrys is not known here. Did you mean "countries"?'],
    [
      'a class that there is not',
      `${minimal}errors: { http: { '402': wrong } }`,
      'errors.http.402 must be one of',
    ],
    [
      'a code without a cure',
      `${minimal}errors: { codes: { '1': { class: content, says: x } } }`,
      'errors.codes.1.cure',
    ],
    [
      'a short token',
      `${minimal}callback: { token: short, id: id, status: s }`,
      'callback.token must be at least 16',
    ],
    ['a name that is taken', minimal.replace('name: local', 'name: twilio'), 'name must not be twilio'],
    ['no send at all', 'name: local', 'send must hold names and values'],
    ['what is no YAML', 'name: [', 'it is no YAML'],
    ['aliases that grow', 'a: &a [x]\nname: *a', 'it is no YAML'],
  ])('is refused with the place and the cure: %s', (_what, source, problem) => {
    expect(problemOf(source)).toContain(problem);
  });

  it('may speak plain http with this machine, but not in production', () => {
    const near = minimal.replace('https://api.example.com', 'http://127.0.0.1:8080');
    expect(problemOf(near)).toBe('');
    expect(problemOf(near, { NODE_ENV: 'production' })).toContain('https://');
  });
});

describe('A call', () => {
  const { send } = readMapping(minimal, {});

  it('is filled with the text, whatever stands in it, and leaves out what has no value', () => {
    const words = 'Ram & Sons {to} ${X} "₹500"\n';
    const { body, target } = requestOf(send, { to: '+919876543210', text: words });
    expect(Object.fromEntries(new URLSearchParams(body))).toEqual({ to: '+919876543210', text: words });
    expect(target).toMatchObject({ hostname: 'api.example.com', path: '/sms', method: 'POST' });
  });

  it('fills its headers, too, with what can stand there', () => {
    const headers = { 'x-ref': 'r-{reference}', 'x-template': '{dlt_template_id}', 'x-text': '{text}' };
    const made = requestOf({ ...send, headers }, { reference: '7', text: 'Hello' });
    expect(made.target.headers).toMatchObject({ 'x-ref': 'r-7', 'x-text': 'Hello' });
    expect(made.target.headers).not.toHaveProperty('x-template');
    for (const text of ['a\r\nx-other: b', 'नमस्ते'])
      expect(() => requestOf({ ...send, headers }, { text })).toThrow(TypeError);
  });

  it('escapes what goes into the URL', () => {
    const { target } = requestOf(
      { ...send, url: 'https://x.example/a?t={text}', body: undefined },
      { text: 'a&b=c #' },
    );
    expect(target.path).toBe('/a?t=a%26b%3Dc%20%23');
  });

  it.each<[string, Partial<AnswerMapping>, string, object | undefined]>([
    ['json', { id: 'data.0.id' }, '{"data":[{"id":7}]}', { id: '7' }],
    ['json', { id: 'constructor.name' }, '{}', { id: '' }],
    ['json', { id: 'id' }, 'OK', undefined],
    ['text', { id: '2', code: '0' }, '1701|919876543210|af3c\n', { id: 'af3c', code: '1701' }],
    ['form', { id: 'id' }, 'id=af3c&status=ok', { id: 'af3c' }],
    ['json', { accepted: { at: 'ok', is: ['true'] } }, '{"ok":false}', { accepted: false }],
  ])('is answered in %s, by paths: %j', (format, more, text, expected) => {
    const mapping = { ...send.answer, format, ...more } as AnswerMapping;
    const found = answered(text, mapping);
    if (expected) expect(found).toMatchObject(expected);
    else expect(found).toBeUndefined();
  });
});
