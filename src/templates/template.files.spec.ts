import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OptionsCheck } from './channel.words.js';
import { readTemplateFiles, TemplateFilesError } from './template.files.js';

const GOOD = `
category:
  name: order
  display: Orders
  optional: true
  consent: opt-out
  guarantee: at_least_once
types:
  order_created:
    display: Order placed
    priority: normal
    example: {order: {order_number: A1}}
    words:
      en:
        title: Order {{ order.order_number }}
        message: We have it.
        sms:
          text: We have {{ order.order_number }}.
        email:
          subject: Your order
          html: |
            <p>Hello</p>
            <p>We have {{ order.order_number }}.</p>
          text: We have it.
  order_ready:
    display: Order ready
    priority: critical
    example: {order: {order_number: A1}}
    words:
      en:
        title: Order {{ order.order_number }}
        message: It is ready.
        sms: {text: Ready.}
        email: {subject: Ready, html: <p>Ready</p>, text: Ready.}
`;

/** A channel that knows one option. */
const wrongOptions: OptionsCheck = (channel, options) =>
  Object.keys(options)
    .filter((option) => option !== 'loud')
    .map((option) => ({ option: `${option}.inner`, detail: `is no option of ${channel}` }));

describe('reading a folder of templates', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'templates-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const read = async (files: Record<string, string>) => {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    return readTemplateFiles(folder, wrongOptions);
  };
  const problems = async (files: Record<string, string>) => {
    try {
      await read(files);
    } catch (error) {
      if (error instanceof TemplateFilesError) {
        return error.problems.map(({ file, line, message }) => `${file}:${line} ${message}`);
      }
      throw error;
    }
    return [];
  };
  const changed = (from: string, to: string) => problems({ 'order.yaml': GOOD.replace(from, to) });

  it('gives categories, types and words', async () => {
    const { categories, types, warnings } = await read({ 'order.yaml': GOOD, 'README.md': '# not one' });
    expect(categories).toEqual([
      {
        name: 'order',
        display: 'Orders',
        optional: true,
        consent: 'opt-out',
        guarantee: 'at_least_once',
        position: 1,
        preferenceNames: {},
        promotional: false,
        hours: null,
        validFor: null,
      },
    ]);
    expect(types.map(({ name, priority, position }) => [name, priority, position])).toEqual([
      ['order_created', 'normal', 1],
      ['order_ready', 'critical', 2],
    ]);
    expect(types[0]?.words.get('en')).toEqual({
      title: 'Order {{ order.order_number }}',
      message: 'We have it.',
      actionUrl: null,
      channels: {
        sms: { text: 'We have {{ order.order_number }}.' },
        email: {
          subject: 'Your order',
          html: '<p>Hello</p>\n<p>We have {{ order.order_number }}.</p>',
          text: 'We have it.',
        },
      },
    });
    expect(warnings).toEqual([]);
  });

  it.each([
    [
      'display: Orders',
      'dispaly: Orders',
      ['2 category: display is missing', '4 category.dispaly: is not known. Did you mean "display"?'],
    ],
    [
      'consent: opt-out',
      'consent: opt-uot',
      ['6 category.consent: must be opt-in or opt-out. Did you mean "opt-out"?'],
    ],
    ['optional: true', 'optional: yes', ['5 category.optional: must be true or false']],
    ['name: order', 'name: Order!', ['3 category.name: a name has small letters, digits and _ only']],
    [
      'priority: normal',
      'priority: high',
      ['11 types.order_created.priority: must be critical or normal or bulk.'],
    ],
    ['message: We have it.', 'massage: {}', ['14 types.order_created.words.en: message is missing']],
    [
      'text: We have it.',
      'text: 42',
      ['24 types.order_created.words.en.email.text: must be a text: put it in quotes'],
    ],
    [
      'en:',
      'english!:',
      ['14 types.order_created.words.english!: is no language. Write it as en, hi or ta-IN'],
    ],
    ['en:', 'TA_in:', ['14 types.order_created.words.TA_in: is no language. Write it as ta-IN']],
    [
      'example: {order: {order_number: A1}}',
      'example: none',
      ['12 types.order_created.example: must be a map of names and values'],
    ],
    ['order_ready:', 'order_created:', ['25 Map keys must be unique']],
    ['order_ready:', 'Order Ready:', ['25 types.Order Ready: a name has small letters, digits and _ only']],
    ['types:', 'type:', ['2 types is missing', '8 type: is not known. Did you mean "types"?']],
    [
      'title: Order {{ order.order_number }}',
      'title: {{ order }}',
      ['15 types.order_created.words.en.title: must be a text: put it in quotes'],
    ],
  ])('tells file and line of what is wrong: %s as %s', async (from, to, expected) => {
    const found = await changed(from, to);
    expect(found.length).toBeGreaterThan(0);
    for (const line of expected) expect(found).toContain(`order.yaml:${line}`);
  });

  it('gives what a channel is told beside its words, and no channel without it', async () => {
    const { types } = await read({
      'order.yaml': GOOD.replace('sms: {text: Ready.}', 'sms: {text: Ready., options: {loud: {by: 2}}}'),
    });
    expect(types[1]?.words.get('en')).toMatchObject({
      channels: { sms: { text: 'Ready.' } },
      options: { sms: { loud: { by: 2 } } },
    });
    expect(types[0]?.words.get('en')).not.toHaveProperty('options');
  });

  it('asks the channel what is wrong with its options, and tells the line of each', async () => {
    const options = `options: {loud: true, lowd: {inner: 1}, other: {}}`;
    expect(await changed('text: We have {{ order.order_number }}.', `text: x\n          ${options}`)).toEqual(
      [
        'order.yaml:19 types.order_created.words.en.sms.options.lowd.inner: is no option of sms',
        'order.yaml:19 types.order_created.words.en.sms.options.other: inner is no option of sms',
      ],
    );
    expect(await changed('text: We have it.', `text: x\n          options: none`)).toEqual([
      'order.yaml:25 types.order_created.words.en.email.options: must be a map of names and values',
    ]);
  });

  it('tells the line inside a block of text', async () => {
    expect(
      await changed('<p>We have {{ order.order_number }}.</p>', '<p>We have {{ order.x() }}.</p>'),
    ).toEqual([
      'order.yaml:23 types.order_created.words.en.email.html: line 2, column 22: a call is not allowed',
    ]);
  });

  it('tells everything at once, from all files', async () => {
    const found = await problems({
      'a.yaml': GOOD.replace('name: order', 'name: other').replace('consent: opt-out', 'consent: 1'),
      'b.yaml': GOOD.replace('priority: normal', 'priority: 1'),
      'c.yaml': 'category: [',
    });
    expect(found.map((line) => line.split(' ')[0])).toEqual([
      'a.yaml:6',
      'b.yaml:9',
      'b.yaml:25',
      'c.yaml:1',
    ]);
  });

  it('refuses a type that two files define', async () => {
    const found = await problems({ 'a.yaml': GOOD, 'b.yaml': GOOD });
    expect(found).toEqual([
      'b.yaml:3 category.name: the category is defined twice',
      'b.yaml:9 types.order_created: the type is defined twice',
      'b.yaml:25 types.order_ready: the type is defined twice',
    ]);
  });

  it('says so when there is nothing to read', async () => {
    expect(await problems({})).toEqual([`${folder}:1 holds no .yaml file: one for each category is needed`]);
    await expect(readTemplateFiles(join(folder, 'nowhere'), wrongOptions)).rejects.toThrow('does not exist');
  });

  it('survives an alias bomb', async () => {
    const levels = Array.from(
      { length: 12 },
      (_, n) => `  l${n + 1}: &l${n + 1} [${Array(9).fill(`*l${n}`).join(', ')}]`,
    );
    const bomb = `x:\n  l0: &l0 [x]\n${levels.join('\n')}\n${GOOD.replace('{order: {order_number: A1}}', '{a: *l12}')}`;
    expect((await problems({ 'a.yaml': bomb })).join('\n')).toContain('Excessive alias count');
  });

  it('warns of a channel without words, of a mistyped one, and of an example that does not fill in', async () => {
    const text = GOOD.replace('sms: {text: Ready.}', 'smss: {text: Ready.}')
      .replace('{subject: Ready, html: <p>Ready</p>, text: Ready.}', '{subject: Ready, text: Ready.}')
      .replace('example: {order: {order_number: A1}}', 'example: {}');
    await writeFile(join(folder, 'order.yaml'), text);
    const channels = [
      { channel: 'sms', parts: ['text'] },
      { channel: 'email', parts: ['subject', 'html', 'text'] },
    ];
    const { warnings } = await readTemplateFiles(folder, wrongOptions, channels);
    expect(warnings.map(({ line, message }) => `${line} ${message}`)).toEqual([
      '14 types.order_created.words.en: the example does not fill it in. The context lacks order.order_number: add it.',
      '30 types.order_ready.words.en: has no words for sms',
      '30 types.order_ready.words.en: has no email.html',
      '30 types.order_ready.words.en: serves smss, which nothing else does. Did you mean "sms"?',
    ]);
  });
});
