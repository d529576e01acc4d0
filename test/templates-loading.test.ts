import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dataSourceOf } from '../src/database/data-source.js';
import { DomainError } from '../src/http/domain.error.js';
import { TemplateCatalogue } from '../src/templates/catalogue.js';
import { TemplateLoader } from '../src/templates/template.loader.js';
import { TemplatesService } from '../src/templates/templates.service.js';
import { until } from './support/app.js';
import { createTestDatabase, type TestDatabase } from './support/databases.js';

const FOLDER = join(import.meta.dirname, '../templates');

const file = (english: string, extra = '') => `
category: {name: order, display: Orders, optional: true, consent: opt-out, guarantee: at_least_once}
types:
  order_created:
    display: Order placed
    priority: normal
    example: {order: {order_number: A1}}
    words:
      en:
        title: ${english}
        message: "{{ order.order_number }}"
        chat: {text: "{{ order.order_number }}"}
${extra}`;

const tamil = `
      ta:
        title: Tamil
        message: Tamil
      ta-IN:
        title: Tamil of India
        message: Tamil of India
`;

/** Nobody reads the options here. */
const NO_CHANNELS = { wrongOptions: () => [], proofOf: () => undefined, names: () => undefined };

describe('loading templates', () => {
  let database: TestDatabase;
  let db: DataSource;
  let folder: string;
  let templates: TemplatesService;
  let catalogue: TemplateCatalogue;

  beforeEach(async () => {
    database = await createTestDatabase();
    db = await dataSourceOf(database.url).initialize();
    folder = await mkdtemp(join(tmpdir(), 'templates-'));
    ({ templates, catalogue } = serviceOn(db));
  });
  afterEach(async () => {
    catalogue.onApplicationShutdown();
    await db.destroy();
    await database.drop();
    await rm(folder, { recursive: true });
  });

  const serviceOn = (on: DataSource) => {
    const made = new TemplateCatalogue(on);
    const app = { frontendUrl: 'https://app.example.com', homeCountry: 'IN' };
    return {
      catalogue: made,
      templates: new TemplatesService(made, new TemplateLoader(on, NO_CHANNELS), app as never),
    };
  };
  const write = (text: string) => writeFile(join(folder, 'order.yaml'), text);
  const statuses = async (options = {}) =>
    (await templates.load(folder, options)).templates.map(({ locale, status }) => `${locale} ${status}`);
  const title = async (locale = 'en') =>
    (await templates.render('order_created', locale, { order: { order_number: 'A1' } }, [])).title;
  const edit = (words: string) =>
    db.query(
      `WITH t AS (UPDATE templates SET version = version + 1 WHERE locale = 'en' RETURNING id, version)
       INSERT INTO template_versions (id, template_id, version, words, checksum, source, author)
       SELECT gen_random_uuid(), t.id, t.version, $1, 'x', 'operator', 'user:7' FROM t`,
      [JSON.stringify({ title: words, message: words, actionUrl: null, channels: {} })],
    );

  it('brings in all types once, and changes nothing the second time', async () => {
    const first = await templates.load(FOLDER);
    expect(first).toMatchObject({ created: 53, updated: 0, unchanged: 0, kept: 0, warnings: [] });
    const rows = () =>
      db.query(
        'SELECT t.*, v.id AS v FROM templates t JOIN template_versions v ON v.template_id = t.id ORDER BY 1',
      );
    const before: unknown = await rows();
    expect(await templates.load(FOLDER)).toMatchObject({ created: 0, updated: 0, unchanged: 53, kept: 0 });
    expect(await rows()).toEqual(before);
    expect((await templates.types()).map(({ name }) => name).slice(0, 2)).toEqual([
      'order_created',
      'order_confirmed',
    ]);
    expect((await templates.categories()).map(({ name }) => name)).toEqual([
      ...['order', 'payment', 'refund', 'partner', 'account', 'general', 'promotion'],
    ]);
    expect(await templates.typeOf('promotion')).toMatchObject({
      priority: 'bulk',
      category: {
        consent: 'opt-in',
        guarantee: 'at_most_once',
        preferenceNames: {
          default: 'promotion_updates_{channel}',
          email: 'marketing_emails',
          push: 'promotional_push',
        },
      },
    });
  });

  it('makes a new version of what the file changed, and keeps the old one', async () => {
    await write(file('One'));
    expect(await statuses()).toEqual(['en Created']);
    await write(file('Two', tamil));
    expect(await statuses()).toEqual(['en Updated', 'ta Created', 'ta-IN Created']);
    expect(await title()).toBe('Two');
    expect(
      await db.query(
        `SELECT v.version, v.words->>'title' AS title, v.source FROM template_versions v
         JOIN templates t ON t.id = v.template_id WHERE t.locale = 'en' ORDER BY 1`,
      ),
    ).toEqual([
      { version: 1, title: 'One', source: 'file' },
      { version: 2, title: 'Two', source: 'file' },
    ]);
  });

  it('keeps what an operator has edited, unless forced', async () => {
    await write(file('One'));
    await templates.load(folder);
    await edit('Edited');
    expect(await statuses()).toEqual(['en Kept']);
    await write(file('Two'));
    expect(await statuses()).toEqual(['en Kept']);
    await catalogue.renew();
    expect(await title()).toBe('Edited');
    expect(await statuses({ force: true })).toEqual(['en Updated']);
    expect(await title()).toBe('Two');
    await write(file('Three'));
    expect(await statuses()).toEqual(['en Updated']);
  });

  it('says what it would do, and does not', async () => {
    await write(file('One'));
    expect(await statuses({ dryRun: true })).toEqual(['en Created']);
    expect(await statuses({ check: true })).toEqual([]);
    expect(await db.query('SELECT 1 FROM categories')).toEqual([]);
  });

  it('stores nothing of a folder in which something is wrong', async () => {
    await write(file('One'));
    await writeFile(
      join(folder, 'other.yaml'),
      file('"{{ a() }}"').replace('order,', 'other,').replace('order_created', 'b'),
    );
    await expect(templates.load(folder)).rejects.toThrow(
      'other.yaml:10 types.b.words.en.title: line 1, column 5: a call',
    );
    expect(await db.query('SELECT 1 FROM categories')).toEqual([]);
  });

  it('by many processes at once is as by one', async () => {
    await write(file('One', tamil));
    const reports = await Promise.all(Array.from({ length: 5 }, () => templates.load(folder)));
    expect(reports.map(({ created }) => created).sort()).toEqual([0, 0, 0, 0, 3]);
  });

  it('gives a person the closest language there is', async () => {
    await write(file('English', tamil));
    await templates.load(folder);
    for (const [locale, expected] of [
      ['ta-IN', 'Tamil of India'],
      ['ta_in', 'Tamil of India'],
      ['ta-LK', 'Tamil'],
      ['ta', 'Tamil'],
      ['hi-IN', 'English'],
      ['en-GB', 'English'],
      ['', 'English'],
      ['no language!', 'English'],
    ] as const) {
      expect([locale, await title(locale)]).toEqual([locale, expected]);
    }
    await db.query(`UPDATE templates SET active = false WHERE locale = 'ta-IN'`);
    await catalogue.renew();
    expect(await title('ta-IN')).toBe('Tamil');
    await db.query(`UPDATE templates SET active = false WHERE locale IN ('ta', 'en')`);
    await catalogue.renew();
    await expect(title('ta-IN')).rejects.toMatchObject({ code: 'template.inactive', status: 422 });
  });

  it('writes money and dates as the person does, where the words are in their language', async () => {
    await write(file('"{{ 123456.5 | money }}, {{ \'2026-01-05\' | date }}"', tamil));
    await templates.load(folder);
    expect(await title('en')).toBe('₹1,23,456.50, 5 Jan 2026');
    expect(await title('en-US')).toBe('₹123,456.50, Jan 5, 2026');
    expect(await title('de-DE')).toBe('₹1,23,456.50, 5 Jan 2026');
  });

  it('shows in other processes within seconds, without being told', async () => {
    const other = await dataSourceOf(database.url).initialize();
    const elsewhere = serviceOn(other);
    await write(file('One'));
    await templates.load(folder);
    await elsewhere.templates.types();
    await write(file('Two'));
    await templates.load(folder);
    const seen = await until(async () => {
      const words = await elsewhere.templates.render(
        'order_created',
        'en',
        { order: { order_number: 'A' } },
        [],
      );
      return words.title === 'Two' ? words.title : undefined;
    }, 'the other process to see the change');
    expect(seen).toBe('Two');
    elsewhere.catalogue.onApplicationShutdown();
    await other.destroy();
  });

  it('asks the database for nothing once it is warm', async () => {
    await write(file('One'));
    await templates.load(folder);
    await title();
    await db.destroy();
    expect(await title()).toBe('One');
    await db.initialize();
  });

  it('refuses words that were put past the check, when they are used', async () => {
    await write(file('One'));
    await templates.load(folder);
    await edit('{{ user.constructor.constructor("return process")() }}');
    await catalogue.renew();
    const error = await title().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DomainError);
    expect(error).toMatchObject({ status: 422, code: 'template.refused' });
  });

  it('names the type that was probably meant', async () => {
    await templates.load(FOLDER);
    await expect(templates.typeOf('order_confirmd')).rejects.toMatchObject({
      status: 422,
      code: 'notification.unknown-type',
      detail: 'There is no notification type "order_confirmd". Did you mean "order_confirmed"?',
      errors: [{ pointer: '/type' }],
    });
    await expect(templates.render('nonsense_type', 'en', {}, [])).rejects.toMatchObject({
      code: 'notification.unknown-type',
    });
  });

  it('lists every variable that the context lacks', async () => {
    await templates.load(FOLDER);
    const wanted = [{ channel: 'sms', parts: ['text'] }];
    const error = (await templates
      .render('payment_completed', 'en', { payment: { id: 'P' } }, wanted)
      .catch((thrown: unknown) => thrown)) as DomainError;
    expect(error).toMatchObject({ status: 422, code: 'template.missing-variable' });
    expect(error.errors.map(({ pointer }) => pointer).sort()).toEqual([
      '/context/order/order_number',
      '/context/payment/amount',
    ]);
  });
});
