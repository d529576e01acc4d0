import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApp } from './support/app.js';
import { environmentOf, NO_DATABASE, runCli } from './support/cli.js';

interface Decision {
  channel: string;
  status: string;
  reason?: string;
  detail?: string;
  segments?: number;
  encoding?: string;
  changes?: string[];
}
interface Accepted {
  id: string;
  message: string;
  deliveries: Decision[];
}
interface Preview {
  channels: Record<string, Record<string, string>>;
  proofs: Record<
    string,
    { segments: number | null; encoding: string | null; changes: object[]; refusal: object }
  >;
}

describe('the words of text messages', () => {
  let service: TestApp;
  beforeAll(async () => {
    service = await TestApp.start({ ROLE: 'api' });
  });
  afterAll(() => service.stop());

  const send = async (message: string, { locale = 'en', dry = false } = {}) => {
    const preferences = { general_updates_sms: true, order_updates_sms: true };
    const body = {
      type: 'general',
      user: { id: `words-${locale}`, phone: '+919876500123', locale, preferences },
      context: { title: 'News', message },
    };
    const answer = await service.call<Accepted>('POST', `/api/notifications${dry ? '?dry_run=true' : ''}`, {
      body,
    });
    const sms = answer.body.deliveries.find(({ channel }) => channel === 'sms');
    if (!sms) throw new Error(JSON.stringify(answer.body));
    return { id: answer.body.id, sms };
  };
  const cli = (args: readonly string[], env = environmentOf(service)) => runCli(args, env);

  it.each([true, false])('are tidied, and every answer says so (dry run: %s)', async (dry) => {
    const { sms } = await send('“Closed” today – refunds of ₹ 500 come tomorrow…', { dry });
    expect(sms).toMatchObject({ status: 'pending', segments: 1, encoding: 'GSM-7' });
    expect(sms.changes?.[0]).toMatch(/^Replaced “ at 17 by ", .*₹ at \d+ by Rs\..*takes 1 segment/);
  });

  it('are stored as they are sent, with the rule that changed them', async () => {
    const { id } = await send('“Closed” today');
    const { body } = await service.call<{
      results: { channel: string; encoding: string; rules: object[] }[];
    }>('GET', `/api/notifications/${id}/deliveries`);
    const sms = body.results.find(({ channel }) => channel === 'sms');
    expect(sms).toMatchObject({ encoding: 'GSM-7' });
    expect(sms?.rules).toContainEqual(expect.objectContaining({ rule: 'tidied', outcome: 'change' }));
  });

  it('are refused over three segments, never cut, and the answer names the cure', async () => {
    const { sms } = await send('a'.repeat(500));
    expect(sms).toMatchObject({ status: 'skipped', reason: 'too_long' });
    expect(sms.detail).toContain('4 segments of GSM-7, and 3 are allowed');
    expect(sms.detail).toContain('options.sms.max_segments');
    const path = '/api/notifications/templates/general';
    await service.call('PATCH', path, { body: { options: { sms: { max_segments: 4 } } } });
    expect((await send('a'.repeat(500))).sms).toMatchObject({ status: 'pending', segments: 4 });
    await service.call('PATCH', path, { body: { options: { sms: { tidy: false, max_segments: 4 } } } });
    expect((await send('“Closed”')).sms).toMatchObject({ encoding: 'UCS-2' });
    await service.call('PATCH', path, { body: { options: { sms: null } } });
  });

  it('stay Hindi where the person reads Hindi', async () => {
    const { body } = await service.call<Accepted>('POST', '/api/notifications', {
      body: {
        type: 'order_delivered',
        user: {
          ...{ id: 'hindi', phone: '+919876500124', locale: 'hi-IN' },
          preferences: { order_updates_sms: true },
        },
        context: { order: { order_number: 'ORD20260103A123' } },
      },
    });
    expect(body.message).toContain('डिलीवर हो गया है');
    const sms = body.deliveries.find(({ channel }) => channel === 'sms');
    expect(sms).toMatchObject({ segments: 1, encoding: 'UCS-2' });
    expect(sms).not.toHaveProperty('changes');
  });

  it('are counted in a preview, with words that are not saved', async () => {
    const preview = (body: object) =>
      service.call<Preview>('POST', '/api/notifications/templates/order_ready/preview', { body });
    const shipped = (await preview({ locale: 'hi' })).body;
    expect(shipped.proofs['sms']).toEqual({
      segments: 1,
      encoding: 'UCS-2',
      estimated_price: '0.08320',
      estimated_unit: 'USD',
      changes: [],
      refusal: null,
    });
    const tried = (await preview({ channels: { sms: { text: 'Rs.\u00a05' } } })).body;
    expect(tried.channels['sms']).toEqual({ text: 'Rs. 5' });
    expect(tried.proofs['sms']).toMatchObject({
      encoding: 'GSM-7',
      changes: [{ rule: 'tidied', saved: 0, replaced: [{ part: 'text', place: 4, becomes: ' ' }] }],
    });
    const long = { channels: { sms: { text: 'a'.repeat(200) } }, options: { sms: { max_segments: 1 } } };
    expect((await preview(long)).body.proofs['sms']?.refusal).toMatchObject({ rule: 'too_long' });
  });

  it('are shown by a command, with what they cost', async () => {
    const hindi = await cli(['preview', 'order_ready', '--channel', 'sms', '--locale', 'hi']);
    expect(hindi.exit).toBe(0);
    expect(hindi.out).toContain('order_ready (hi), version 1');
    expect(hindi.out).toContain('1 segment of UCS-2');
    expect(hindi.out).toMatch(/\n {20}\^+/);
    const own = await cli(['preview', 'order_ready', '--json', '--data', '{"order":{"order_number":"A1"}}']);
    expect(own.json()).toMatchObject({
      ok: true,
      channels: { push: { body: expect.stringMatching(/^A1 /) as string } },
    });
    const exits = [
      ['preview', 'order_redy'],
      ['preview', 'order_ready', '--locale', 'xx'],
      ['preview', 'order_ready', '--channel', 'fax'],
    ].map(async (args) => (await cli(args)).exit);
    expect(await Promise.all(exits)).toEqual([4, 4, 4]);
    const lacking = await cli(['preview', 'order_ready', '--data', '{}']);
    expect([lacking.exit, lacking.err]).toEqual([2, expect.stringContaining('order.order_number')]);
  });
});

describe('templates lint', () => {
  it('counts the segments of every text without a database, and finds nothing wrong in what is shipped', async () => {
    const { exit, json } = await runCli(['templates', 'lint', '--json'], NO_DATABASE);
    const found = json() as { rows: { type: string; locale: string; most: number }[]; findings: object[] };
    expect([exit, found.findings]).toEqual([0, []]);
    expect(found.rows).toHaveLength(53);
    expect(found.rows.every(({ most }) => most <= 3)).toBe(true);
    expect(
      found.rows.filter(({ locale }) => locale === 'en').reduce((sum, { most }) => sum + most, 0),
    ).toBeLessThan(28);
  });

  it('fails on a variable, a language and a text that is too long, and tells where; --check does the same', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'words-'));
    writeFileSync(join(folder, 'order.yaml'), BROKEN);
    for (const args of [
      ['templates', 'lint', folder],
      ['load-templates', folder, '--check'],
    ]) {
      const { exit, out, err } = await runCli(args, NO_DATABASE);
      expect(exit).toBe(1);
      expect(err).toContain('Error: order.yaml:5 types.ready: has no words in "hi", which its file asks for');
      expect(err).toContain(
        'the shortest example does not fill it in. The context lacks order.days: add it.',
      );
      expect(err).toMatch(
        /Error: order.yaml:\d+ .*sms: The text takes 3 segments of GSM-7, and 2 are allowed/,
      );
      expect(err).toMatch(/Warning: order.yaml:\d+ .*sms: Replaced ’ at 3 by '/);
      expect(out).toContain('3 templates checked, 2 warnings, 3 errors.');
    }
    rmSync(folder, { recursive: true });
  });

  it('counts the way out that is added, and asks the register also where an example speaks of a person', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'words-'));
    writeFileSync(join(folder, 'code.yaml'), REGISTERED);
    const lint = async (more: Record<string, string>) => {
      const env = { ...NO_DATABASE, PUBLIC_URL: 'https://n.example.com', ...more };
      const { json } = await runCli(['templates', 'lint', folder, '--json'], env);
      return json() as { rows: { typical: number }[]; findings: { message: string }[] };
    };
    const [plain, linked] = [await lint({}), await lint({ SMS_PREFERENCE_LINK: 'optional' })];
    expect([plain, linked].map(({ rows }) => rows.map(({ typical }) => typical))).toEqual([[1], [2]]);
    const { findings } = await lint({ DLT_ENABLED: 'true', DLT_ENTITY_ID: '1101234567890' });
    expect(findings.map(({ message }) => message)).toEqual([expect.stringContaining('it needs {#numeric#}')]);
    rmSync(folder, { recursive: true });
  });
});

const REGISTERED = `
category: {name: order, display: Orders, optional: true, consent: opt-out, guarantee: at_least_once}
types:
  code:
    display: Code
    priority: normal
    example: {user: {first_name: '7'}}
    examples: {longest: {user: {first_name: Asha}}}
    words:
      en:
        title: Code
        message: Code
        sms:
          text: "${'Acme '.repeat(28)}{{ user.first_name }}"
          options: {dlt: {template_id: '1107161234567890123', header: ACMEIN, category: transactional,
            pattern: "${'Acme '.repeat(28)}{#numeric#}"}}
`;

const BROKEN = `
category:
  {name: order, display: Orders, optional: true, consent: opt-out, guarantee: at_least_once, locales: [en, hi]}
types:
  ready:
    display: Ready
    priority: normal
    example: {order: {days: 1, words: short}}
    examples:
      shortest: {order: {words: ''}}
    words:
      en:
        title: Ready
        message: Ready
        sms: {text: "It’s {{ order.days }} {{ order.words }}"}
  late:
    display: Late
    priority: normal
    example: {words: short}
    examples:
      longest: {words: "${'long '.repeat(62)}"}
    words:
      en:
        title: Late
        message: Late
        sms: {text: "{{ words }}", options: {max_segments: 2}}
      hi:
        title: Late
        message: Late
`;
