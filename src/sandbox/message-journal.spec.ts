import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ACCOUNT, FAST, SENDER, sdkFor } from '../../test/support/sandbox-sdk.js';
import { Sandbox } from './sandbox.js';

let dataFolder: string;
let sandbox: Sandbox;

const start = async (timing: object = FAST) => {
  sandbox = await Sandbox.start({ ...ACCOUNT, dataFolder, timing });
};
const restart = async (timing?: object) => {
  await sandbox.stop();
  await start(timing);
};
const sendText = (body = 'Hello') =>
  sdkFor(sandbox).messages.create({ to: '+919876543210', from: SENDER, body });
const file = () => join(dataFolder, 'messages.jsonl');

beforeEach(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'sandbox-'));
  await start();
});
afterEach(async () => {
  await sandbox.stop();
  await rm(dataFolder, { recursive: true });
});

describe('after a restart', () => {
  it('texts and mails are there, in their order, byte for byte', async () => {
    const transport = createTransport(sandbox.smtpUrl);
    await sendText('First');
    await transport.sendMail({
      from: 'a@example.com',
      to: 'b@example.com',
      subject: '₹',
      html: '<p>नमस्ते</p>',
    });
    await sendText('Third');
    transport.close();
    const before = await sandbox.messages({ channel: 'email' });
    await restart();

    expect(await sandbox.messages({ channel: 'email' })).toEqual(before);
    expect(await sandbox.messages({ channel: 'sms' })).toMatchObject([{ text: 'Third' }, { text: 'First' }]);
  });

  it('a text that was on its way goes on', async () => {
    await restart({ sent: 60_000 });
    await sendText();
    await restart(FAST);
    const ended = new Promise<void>((resolve) => {
      const look = (messages: { price?: string | null }[]) => {
        if (messages.some(({ price }) => price)) resolve();
      };
      sandbox.listen(({ kind, ...event }) => {
        if (kind === 'changed' && 'message' in event && event.message.channel === 'sms')
          look([event.message]);
      });
      void sandbox.messages({ channel: 'sms' }).then(look);
    });
    await ended;

    expect(await sandbox.messages({ channel: 'sms' })).toMatchObject([{ status: 'delivered' }]);
  });

  it('what was cleared stays away, from the disk as well', async () => {
    await sendText('A secret');
    await restart();
    sandbox.clear();
    await restart();

    expect(await sandbox.messages()).toEqual([]);
    expect(await readFile(file(), 'utf8')).toBe('');
  });

  it('a line that a crash has torn is passed over', async () => {
    await sendText();
    await sandbox.stop();
    await appendFile(file(), '{"channel":"sms","id":"SM1","te');
    await start();

    expect(await sandbox.messages()).toHaveLength(1);
  });

  it('each message takes one line, however often it changed', async () => {
    await sendText();
    await sendText();
    await restart();

    expect((await readFile(file(), 'utf8')).trim().split('\n')).toHaveLength(2);
  });
});
