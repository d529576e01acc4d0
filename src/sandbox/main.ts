import { Sandbox } from './sandbox.js';

/** The sandbox as a process of its own. It says once, as one line of JSON, where it listens. */
const CONFIGURATION = 3;

const { env } = process;
const number = (name: string) => Number(env[name] ?? '0');

try {
  const sandbox = await Sandbox.start({
    accountSid: needed('SANDBOX_ACCOUNT_SID', /^AC[0-9a-f]{32}$/i, 'AC and 32 hex digits'),
    authToken: needed('SANDBOX_AUTH_TOKEN', /./, 'any text'),
    port: number('SANDBOX_PORT'),
    smtpPort: number('SANDBOX_SMTP_PORT'),
    ...(env['SANDBOX_SMS_URL'] && { smsUrl: env['SANDBOX_SMS_URL'] }),
    ...(env['SANDBOX_DATA'] && { dataFolder: env['SANDBOX_DATA'] }),
  });
  const stop = () => {
    void sandbox.stop().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop).once('SIGINT', stop).once('disconnect', stop);
  console.log(JSON.stringify({ ready: true, url: sandbox.url, smtpUrl: sandbox.smtpUrl }));
} catch (error) {
  console.error(`The sandbox cannot start: ${(error as Error).message}`);
  process.exit(CONFIGURATION);
}

function needed(name: string, form: RegExp, says: string): string {
  const value = env[name] ?? '';
  if (form.test(value)) return value;
  throw new Error(`${name} must be ${says}. \`npm start\` sets it.`);
}
