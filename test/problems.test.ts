import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getMetadataStorage } from 'class-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problemPages } from '../src/problems/problem.catalogue.js';
import { TestApp } from './support/app.js';

const SRC = join(import.meta.dirname, '../src');
/** The sandbox is a process of its own, whose errors have no type; what a check-up finds is no error of the API. */
const ELSEWHERE = /^sandbox\/(?!sandbox\.)|checkup/;
/** In quotes, and no name of a field. */
const TEXT = /'([a-z]+(?:-[a-z]+)*\.[a-z]+\d*(?:-[a-z]+)*)'(?!:)/g;
const MADE =
  /(?:code[:=]? |code: |\b(?:notFound|conflict|unprocessable|refuse|refused|field)\((?:\w+, )?)\s*$/;
const FILE = /\.(css|html|js|json|log|njk|ts|yaml)$/;

const SOURCES = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts') && !ELSEWHERE.test(file))
  .map((file) => readFileSync(join(SRC, file), 'utf8'));

/** A text is a code where an error is made of it, and where it begins as those do that have a page. */
function codesOfSources(): string[] {
  const pages = new Set([...problemPages().keys()].map(kindOf));
  const texts = SOURCES.flatMap((source) =>
    [...source.matchAll(TEXT)].map(({ index, 1: text = '' }) => ({
      text,
      made: MADE.test(source.slice(Math.max(0, index - 80), index)),
    })),
  );
  return texts
    .filter(({ text, made }) => (made || pages.has(kindOf(text))) && !FILE.test(text))
    .map(({ text }) => text);
}

const kindOf = (code: string) => code.split('.', 1)[0];

/** The codes of the checks that stand above the fields of bodies and queries; other tests bring classes of their own. */
function codesOfChecks(): string[] {
  const { validationMetadatas } = getMetadataStorage() as unknown as {
    validationMetadatas: Map<{ readonly name: string }, { name?: string }[]>;
  };
  const ours = new Set(
    SOURCES.flatMap((source) => [...source.matchAll(/\bclass (\w+)/g)].map(([, name]) => name)),
  );
  const checks = [...validationMetadatas].filter(([{ name }]) => ours.has(name)).flatMap(([, of]) => of);
  const names = checks.map(({ name }) => name ?? '');
  return [...new Set(names)]
    .filter((name) => name !== '' && name !== 'isOptional')
    .map((name) => `field.${dashed(name.replace(/^is(?=[A-Z])/, ''))}`);
}

const dashed = (name: string) =>
  name.replaceAll(/[A-Z]/g, (letter, at: number) => `${at > 0 ? '-' : ''}${letter.toLowerCase()}`);

describe('the pages of problems', () => {
  let service: TestApp;
  beforeAll(async () => {
    service = await TestApp.start();
  });
  afterAll(() => service.stop());
  const page = (path: string) => service.call<string>('GET', path, { as: null });

  it('are there for every code that the sources and the checks of fields know', () => {
    const codes = [...new Set([...codesOfSources(), ...codesOfChecks()])];
    expect(codes.length).toBeGreaterThan(100);
    expect(codes.filter((code) => !problemPages().has(code)).sort()).toEqual([]);
  });

  it('speak of no code that nothing answers with', () => {
    const codes = new Set([...codesOfSources(), ...codesOfChecks()]);
    expect([...problemPages().keys()].filter((code) => !codes.has(code))).toEqual([]);
  });

  it('say what happened, the cure and an answer, each of them', async () => {
    for (const { code, what, cure, detail } of problemPages().values()) {
      for (const text of [what, cure]) expect(text, code).toMatch(/^[A-Z][^]*[.?]$/);
      expect(detail.length, code).toBeGreaterThan(0);
      const { status, body } = await page(`/problems/${code}`);
      expect(status, code).toBe(200);
      expect(body, code).toContain(`<title>${code}</title>`);
    }
  });

  it('are where the type of an error leads', async () => {
    const { body } = await service.call<{ type: string; code: string }>('POST', '/api/notifications', {
      body: { type: 'order_confirm', user: '42' },
    });
    const { status, body: html } = await page(new URL(body.type).pathname);
    expect([status, html.includes(`<h1>${body.code}</h1>`)]).toEqual([200, true]);
  });

  it('are listed, and may be kept and found', async () => {
    const { body, headers } = await page('/problems');
    expect(body.match(/<dt>/g)).toHaveLength(problemPages().size);
    expect(headers.get('cache-control')).toContain('public');
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
  });

  it('name the nearest code where there is none of this name, and repeat nothing of it', async () => {
    const { status, body } = await page('/problems/notification.unknown-typ');
    expect([status, body.includes('href="/problems/notification.unknown-type"')]).toEqual([404, true]);
    const forged = await page(`/problems/${encodeURIComponent('<script>alert(1)</script>')}`);
    expect([forged.status, forged.body.includes('alert')]).toEqual([404, false]);
  });
});
