import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { ANSWERS } from '../src/docs/answers.js';
import { EXAMPLES } from '../src/docs/examples.js';
import { complaintsOf, hasBrowser, openBrowser } from './support/browser.js';
import { Command, runOf } from './support/command.js';
import { type Description, differences, type Route, routesOf } from './support/description.js';

// The plugin that makes schemas of classes works when the service is built: so this asks what `npm start` serves.
let folder: string;
let start: Command;
let url: string;
let keys: Readonly<Record<'person' | 'service', string>>;
let description: Description;
let routes: Route[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'laundryconnect-description-'));
  chmodSync(folder, 0o711);
  start = new Command(folder, ['start']);
  await start.says(/API docs/);
  const { env, urls } = runOf(folder);
  url = new URL('/', urls['docs']).origin;
  const person = await new SignJWT({ user_id: '42' })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(env['JWT_SECRET']));
  keys = { person, service: env['DEV_API_KEY'] ?? '' };
  description = (await (await fetch(`${url}/docs-json`)).json()) as Description;
  routes = routesOf(description);
}, 240_000);

afterAll(async () => {
  start.kill('SIGTERM');
  await start.code();
  rmSync(folder, { recursive: true, force: true });
});

function call({ method, path }: Pick<Route, 'method' | 'path'>, key?: string, body?: unknown) {
  return fetch(`${url}${path}`, {
    method: method.toUpperCase(),
    headers: {
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

describe("the API's description", () => {
  it('shows each route once, by a name that reads well, with a summary and below a tag that is explained', () => {
    const tags = description.tags.map(({ name }) => name);
    for (const { operationId, summary, tags: under } of routes) {
      expect(operationId).toMatch(/^[a-z]+([A-Z][a-z]+)*\.[a-z]+([A-Z][a-z]+)*$/);
      expect(summary, operationId).toMatch(/^[A-Z].*[^.]$/);
      expect(under, operationId).toHaveLength(1);
      expect(tags, operationId).toContain(under[0]);
    }
    const names = routes.map(({ operationId }) => operationId);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain('notifications.create');
    expect(new Set(routes.flatMap(({ tags: under }) => under))).toEqual(new Set(tags));
    expect(routes.filter(({ path }) => /notifications\/notifications|\/me$/.test(path))).toEqual([]);
  });

  it('needs no query parameter, and gives the page none to filter by', () => {
    const query = routes.flatMap(({ parameters }) => parameters.filter((one) => one.in === 'query'));
    expect(query.filter((one) => one.example ?? one.schema.example)).toEqual([]);
    expect(query.filter(({ required }) => required)).toEqual([]);
  });

  it('describes every answer, and refers to nothing that is not there', () => {
    for (const { operationId, responses } of routes) {
      const [status = '', success] = Object.entries(responses).find(([code]) => code.startsWith('2')) ?? [];
      const schema = success?.content?.['application/json']?.schema;
      expect(status === '204' || schema, `${operationId} ${status}`).toBeTruthy();
    }
    const text = JSON.stringify(description);
    for (const [, path = ''] of text.matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      const found = path
        .split('/')
        .reduce<unknown>((node, name) => (node as Record<string, unknown>)[name], description);
      expect(found, path).toBeDefined();
    }
  });

  it('says who may call, and so it is', async () => {
    for (const route of routes) {
      expect(route.description, route.operationId).toMatch(/\*\*Who may call:\*\* .+\.$/);
      const { status } = await call(route);
      expect(status === 401, route.operationId).toBe(route.security.length > 0);
      const welcome = route.security.flatMap((scheme) => Object.keys(scheme));
      for (const who of ['person', 'service'] as const) {
        if (status !== 401 || welcome.includes(who)) continue;
        expect((await call(route, keys[who])).status, `${route.operationId} by a ${who}`).toBe(403);
      }
    }
  });

  it('has an example for every body, and no example for nothing', () => {
    const withBody = routes.filter(({ requestBody }) => requestBody);
    expect(withBody.map(({ operationId }) => operationId).sort()).toEqual(Object.keys(EXAMPLES).sort());
  });

  it('shows answers that are as described', () => {
    const { schemas } = description.components;
    expect(Object.keys(schemas)).toEqual(expect.arrayContaining(Object.keys(ANSWERS)));
    const shown = Object.entries(schemas).filter(([, { example }]) => example !== undefined);
    expect(shown).toHaveLength(Object.keys(ANSWERS).length);
    expect(shown.flatMap(([name, schema]) => differences(schema.example, schema, schemas, name))).toEqual([]);
  });
});

describe.skipIf(!hasBrowser)('the page at /docs', () => {
  it('renders without a complaint, and sends the first example', async () => {
    const browser = await openBrowser();
    onTestFinished(() => browser.close());
    const page = await browser.newPage();
    const complaints = complaintsOf(page);
    await page.goto(`${url}/docs`);
    const create = page.locator('[id$="notifications\\\\.create"]');
    await create.waitFor();
    expect(await page.locator('.opblock').count()).toBe(routes.length);

    await page.getByRole('button', { name: 'Authorize' }).first().click();
    const dialog = page.locator('.auth-container', { hasText: 'The API key of a service' });
    await dialog.locator('input').fill(keys.service);
    await dialog.getByRole('button', { name: 'Apply credentials' }).click();
    await dialog.getByRole('button', { name: 'Close' }).click();
    await create.locator('.opblock-summary-control').click();
    await create.getByRole('button', { name: 'Try it out' }).click();
    await create.getByRole('button', { name: 'Execute' }).click();
    const answer = create.locator('.live-responses-table');
    await answer.waitFor();
    expect(await answer.locator('.response-col_status').last().textContent()).toContain('202');
    expect(complaints).toEqual([]);
  }, 60_000);
});

/** What has been seen so far of each tag, to fill in paths. */
type Seen = Map<string, string>;

function filled({ path, parameters, tags: [tag = ''] }: Route, seen: Seen): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const example = parameters.find(
      (parameter) => parameter.name === name && parameter.in === 'path',
    )?.example;
    return example ?? seen.get(tag) ?? `no-${name}`;
  });
}

/** Runs one example; returns what is not as described. */
async function run(route: Route, body: unknown, seen: Seen): Promise<string[]> {
  const key = ['user', 'inbox'].includes(route['x-allowed'][0]?.to ?? '') ? keys.person : keys.service;
  const path = filled(route, seen);
  const response = await call({ ...route, path }, key, body);
  const text = await response.text();
  const at = `${route.operationId}, ${route.method} ${path}: ${response.status}`;
  const described = route.responses[response.status];
  if (!response.ok || !described) return [`${at} ${text}`];
  const schema = described.content?.['application/json']?.schema;
  if (!schema) return text === '' ? [] : [`${at} has a body`];
  const answer = JSON.parse(text) as { id?: string; results?: { id?: string }[] };
  const id = answer.id ?? answer.results?.[0]?.id;
  const [tag = ''] = route.tags;
  if (id !== undefined && !seen.has(tag)) seen.set(tag, id);
  return differences(answer, schema, description.components.schemas, at);
}

// The last: it ends with deleting what it began with.
describe('every example', () => {
  it('runs as it stands, and is answered as described', async () => {
    const tags = description.tags.map(({ name }) => name);
    // What ends something comes last, and what asks for an id of a list that is read before.
    const late = ({ method, operationId }: Route) =>
      method === 'delete' ? 2 : Number(/\.(cancel|deactivate|retry)$/.test(operationId));
    const order = (route: Route) => late(route) * 100 + tags.indexOf(route.tags[0] ?? '');
    const seen: Seen = new Map();
    const problems: string[] = [];
    for (const route of routes.toSorted((a, b) => order(a) - order(b))) {
      const examples = Object.values(route.requestBody?.content['application/json']?.examples ?? {});
      const bodies = examples.length > 0 ? examples.map(({ value }) => value) : [undefined];
      for (const body of bodies) problems.push(...(await run(route, body, seen)));
    }
    expect(problems).toEqual([]);
  }, 60_000);
});
