// What the service leans on, started where the environment names none: Postgres, Redis, and the sandbox.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { secretsOf } from './home.mjs';
import { Refusal, at, ended, say } from './project.mjs';

const SANDBOX_PATIENCE = 10_000;

const given = (name) => (process.env[name] ?? '') !== '';
const isProduction = () => process.env.NODE_ENV === 'production';
const allowed = () => /^(1|true|yes|on)$/i.test(process.env.ALLOW_SANDBOX ?? '');

/**
 * Starts what is missing and returns what the service must be told of it, and how to stop it again.
 * A short command gets no Redis: what it sends is sent at once, in its own process. The sandbox passes what comes
 * in to the service at its public URL, if there is one.
 */
export async function startServices(folder, { redis, publicUrl = process.env.PUBLIC_URL }) {
  const started = [];
  try {
    const parts = [postgresOf(folder), redis ? redisOf(folder) : {}, sandboxOf(folder, publicUrl)];
    const settled = await Promise.allSettled(parts);
    for (const { value } of settled) if (value?.stop) started.push(value.stop);
    const failed = settled.find(({ status }) => status === 'rejected');
    if (failed) throw failed.reason;
    const env = Object.assign(await secretEnv(folder), ...settled.map(({ value }) => value.env));
    return { env, stop: () => stopAll(started), embedded: !given('DATABASE_URL') };
  } catch (error) {
    await stopAll(started);
    throw error;
  }
}

/** The last started ends first; one that does not end keeps no other from it. */
async function stopAll(stops) {
  for (const stop of stops.splice(0).reverse()) {
    await stop().catch((error) => say(`Could not stop everything: ${error.message}`));
  }
}

async function postgresOf(folder) {
  if (given('DATABASE_URL')) {
    const { assertReachable } = await import('../dist/database/reachable.js');
    const { DatabaseSettings } = await import('../dist/database/database.settings.js');
    await assertReachable(new DatabaseSettings(process.env).url);
    return {};
  }
  if (isProduction() && !allowed()) {
    throw new Refusal(
      'DATABASE_URL is not set. In production the service does not run on an embedded database:\n' +
        'name a Postgres 14 or later, or say ALLOW_SANDBOX=true if you mean it.',
    );
  }
  const { EmbeddedPostgres } = await import('../dist/database/embedded-postgres.js');
  const postgres = await EmbeddedPostgres.start({ folder: join(folder, 'postgres'), say });
  const DATABASE_URL = await postgres.ensureDatabase('notifications');
  return { env: { DATABASE_URL }, stop: () => postgres.stop() };
}

async function redisOf(folder) {
  if (given('REDIS_URL') || isProduction()) return {};
  const { EmbeddedRedis } = await import('../dist/queue/embedded-redis.js');
  try {
    const redis = await EmbeddedRedis.start({ folder: join(folder, 'redis') });
    return redis ? { env: { REDIS_URL: redis.url() }, stop: () => redis.stop() } : {};
  } catch (error) {
    say(`${error.message} Going on without it.`);
    return {};
  }
}

/** A process of its own, outside the service: what a carrier and a mail server are in production. */
async function sandboxOf(folder, publicUrl) {
  if (isProduction() && !allowed()) return {};
  if (given('SANDBOX_URL') || (given('TWILIO_ACCOUNT_SID') && given('EMAIL_HOST'))) return {};
  const { sandbox } = await secrets(folder);
  const child = spawn(process.execPath, [at('dist', 'sandbox', 'main.js')], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    detached: process.platform !== 'win32',
    env: {
      ...process.env,
      SANDBOX_ACCOUNT_SID: sandbox.accountSid,
      SANDBOX_AUTH_TOKEN: sandbox.authToken,
      SANDBOX_DATA: join(folder, 'sandbox'),
      ...(publicUrl && { SANDBOX_SMS_URL: `${publicUrl.replace(/\/$/, '')}/api/webhooks/twilio/inbound` }),
    },
  });
  const end = ended(child);
  const stop = async () => {
    // Not a signal, which Windows has not; the sandbox ends when nobody holds the other end.
    if (child.connected) child.disconnect();
    const late = setTimeout(() => child.kill('SIGKILL'), 5000);
    await end;
    clearTimeout(late);
  };
  const [line] = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line', { signal: AbortSignal.timeout(SANDBOX_PATIENCE) }),
    end.then((code) => Promise.reject(new Refusal(`The sandbox ended at once, with code ${code}.`, 1))),
  ]).catch(async (error) => {
    await stop();
    throw error.name === 'AbortError' ? new Refusal('The sandbox does not start.', 1) : error;
  });
  child.stdout.resume();
  const { url, smtpUrl } = JSON.parse(line);
  const withAccount = Object.assign(new URL(url), {
    username: sandbox.accountSid,
    password: sandbox.authToken,
  });
  return { env: { SANDBOX_URL: withAccount.href.replace(/\/$/, ''), SANDBOX_SMTP_URL: smtpUrl }, stop };
}

async function secrets(folder) {
  const { newApiKey } = await import('../dist/auth/api-key.js');
  const { newVapidKeys } = await import('../dist/push/vapid.keys.js');
  return secretsOf(folder, () => ({
    secretKey: randomBytes(32).toString('hex'),
    jwtSecret: randomBytes(32).toString('hex'),
    devApiKey: newApiKey('dev').key,
    vapid: newVapidKeys(),
    sandbox: {
      accountSid: `AC${randomBytes(16).toString('hex')}`,
      authToken: randomBytes(16).toString('hex'),
    },
  }));
}

const VAPID = ['VAPID_PUBLIC_KEY', 'VAPID_PRIVATE_KEY', 'VAPID_SUBJECT'];

const vapidEnv = ({ publicKey, privateKey }) => ({
  VAPID_PUBLIC_KEY: publicKey,
  VAPID_PRIVATE_KEY: privateKey,
  VAPID_SUBJECT: 'mailto:no-reply@laundryconnect.example',
});

/** In production secrets are somebody's decision and never a default. */
async function secretEnv(folder) {
  if (isProduction()) return {};
  const { secretKey, jwtSecret, devApiKey, vapid } = await secrets(folder);
  return {
    ...(!given('SECRET_KEY') && { SECRET_KEY: secretKey }),
    ...(!given('JWT_SECRET') && !given('JWT_JWKS_URL') && { JWT_SECRET: jwtSecret }),
    ...(!given('DEV_API_KEY') && { DEV_API_KEY: devApiKey }),
    ...(!VAPID.some(given) && vapidEnv(vapid)),
  };
}
