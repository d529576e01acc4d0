import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Examined } from '../src/checkups/checkups.js';
import { newVapidKeys } from '../src/push/vapid.keys.js';
import { TestApp } from './support/app.js';
import { Browsers, makeOutdated } from './support/browsers.js';
import { LocalCarrier } from './support/carrier.js';
import { environmentOf, NO_DATABASE, runCli } from './support/cli.js';
import { hasRedis, testRedis } from './support/databases.js';

const { publicKey, privateKey } = newVapidKeys();
const PUSH = {
  VAPID_PUBLIC_KEY: publicKey,
  VAPID_PRIVATE_KEY: privateKey,
  VAPID_SUBJECT: 'mailto:ops@laundryconnect.example',
};

describe('doctor', () => {
  let service: TestApp;
  beforeAll(async () => {
    service = await TestApp.start({ ROLE: 'api', ...PUSH });
  });
  afterAll(() => service.stop());

  const doctor = async (more: Record<string, string> = {}) => {
    const { exit, json, out } = await runCli(['doctor', '--json'], { ...environmentOf(service), ...more });
    const { checkups = [] } = json() as { checkups?: Examined[] };
    const findings = checkups.flatMap((one) => one.findings);
    return {
      exit,
      out,
      subjects: checkups.map(({ subject }) => subject),
      of: (code: string) => findings.find((one) => one.code === code),
    };
  };

  it('looks at every part, and says with marks how it is', async () => {
    const { exit, out, err } = await runCli(['doctor'], environmentOf(service));
    expect(exit).toBe(0);
    const lines = out.split('\n');
    const subjects = lines.filter((line) => /^[A-Z]/.test(line));
    expect(subjects.sort()).toEqual(['Database', 'E-mail', 'Push', 'Queue', 'SMS', 'Settings', 'Templates']);
    expect(lines).toContain('✓ There is no Redis: deliveries are dispatched inside the process.');
    expect(out).toMatch(/✓ All \d+ migrations have run\./);
    expect(out).toMatch(/✓ \d+ types are loaded\./);
    expect(out).toMatch(/✓ Its clock is -?\d+ ms from the one of this machine\./);
    expect(out).toMatch(/\d+ good, \d+ to look at, 0 bad\.\n$/);
    expect(err).toContain('nothing is sent');
  });

  it('counts the browsers that have subscribed with another key', async () => {
    const browsers = new Browsers(service);
    const one = await browsers.of(browsers.somebody());
    const other = await browsers.of(browsers.somebody());
    await makeOutdated(service, other.device.endpoint, null);
    const unknown = (await doctor(PUSH)).of('push.subscriptions');
    expect(unknown).toMatchObject({
      state: 'good',
      says: expect.stringContaining('Of 1 it is not known') as string,
    });
    await makeOutdated(service, one.device.endpoint);
    const outdated = (await doctor(PUSH)).of('push.subscriptions');
    expect(outdated).toMatchObject({ state: 'warning' });
    expect(outdated?.says).toContain('1 of 2 subscriptions were made with another key');
  });

  it('warns of a sender of push that is nowhere', async () => {
    const { of } = await doctor({ ...PUSH, SANDBOX_URL: '', SANDBOX_SMTP_URL: '' });
    expect(of('push.subject')).toMatchObject({ state: 'warning' });
    expect((await doctor(PUSH)).of('push.subject')).toBeUndefined();
  });

  it('goes on where the database is away, and ends with 3', async () => {
    const { exit, of } = await doctor(NO_DATABASE);
    expect(exit).toBe(3);
    expect(of('database.unreachable')).toMatchObject({
      state: 'bad',
      says: expect.stringContaining('DATABASE_URL') as string,
    });
    expect(of('sms.twilio.account')).toMatchObject({ state: 'good' });
  });

  it('ends with 1 where something only does not answer', async () => {
    const { exit, of } = await doctor({
      REDIS_URL: 'redis://127.0.0.1:1',
      EMAIL_HOST: '127.0.0.1',
      EMAIL_PORT: '1',
      DEFAULT_FROM_EMAIL: 'Us <us@example.com>',
    });
    expect(exit).toBe(1);
    expect(of('queue.unreachable')).toMatchObject({ state: 'bad', fault: 'unreachable' });
    expect(of('email.server')).toMatchObject({ state: 'bad', fault: 'unreachable' });
  });

  it.skipIf(!hasRedis)('asks Redis how old it is, and whether it drops things', async () => {
    const { exit, of } = await doctor({ REDIS_URL: await testRedis() });
    expect(exit).toBe(0);
    expect(of('queue.version')).toMatchObject({ state: 'good' });
    expect(of('queue.memory')).toMatchObject({ state: 'good' });
  });

  it('looks at another carrier without calling its API', async () => {
    const carrier = await LocalCarrier.start();
    const env = {
      SMS_HTTP_PROVIDER_FILE: carrier.file,
      SMS_PROVIDERS: 'twilio,local',
      CARRIER_KEY: 'key-of-tests',
    };
    const { exit, of } = await doctor(env);
    expect([exit, carrier.posted]).toEqual([0, []]);
    expect(of('sms.local.host')).toMatchObject({ state: 'good' });
    expect(of('sms.local.callback')).toMatchObject({ state: 'warning', cure: 'Set PUBLIC_URL.' });
    await carrier.stop();
    expect((await doctor(env)).exit).toBe(3);
  });

  it('names what is dangerous in production', async () => {
    const { exit, of } = await doctor({ NODE_ENV: 'production', ALLOW_SANDBOX: 'true' });
    expect(exit).toBe(3);
    expect(of('settings.public-url')).toMatchObject({ state: 'bad' });
    expect(of('settings.sandbox')).toMatchObject({ state: 'bad' });
  });

  it('ends with 3, naming the setting, where the settings cannot be read', async () => {
    const { exit, out } = await doctor({ SMS_PROVIDERS: 'twillio' });
    expect(exit).toBe(3);
    expect(out).toContain('Did you mean \\"twilio\\"?');
  });
});
