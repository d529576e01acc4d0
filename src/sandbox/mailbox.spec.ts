import { connect } from 'node:net';
import { createTransport, type Transporter } from 'nodemailer';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ACCOUNT } from '../../test/support/sandbox-sdk.js';
import { Sandbox } from './sandbox.js';

let sandbox: Sandbox;
let transport: Transporter;

beforeAll(async () => {
  sandbox = await Sandbox.start(ACCOUNT);
  transport = createTransport(sandbox.smtpUrl);
});
afterEach(() => sandbox.clear());
afterAll(async () => {
  transport.close();
  await sandbox.stop();
});

const mail = {
  from: { name: 'LaundryConnect', address: 'hello@laundryconnect.example' },
  to: { name: 'Aśha', address: 'asha@example.com' },
  subject: 'Payment of ₹500 received — thank you, Ram & Sons, for your order',
  text: 'Hello Asha,\n\n₹500 received.',
  html: '<p>Hello Asha, <b>₹500</b> received.</p>',
  messageId: '<42@laundryconnect.example>',
  headers: { 'List-Unsubscribe': '<https://laundryconnect.example/u/42>', 'X-Two': ['one', 'two'] },
};

describe('the mailbox', () => {
  it('keeps a mail with its envelope, subject, both bodies and headers', async () => {
    await transport.sendMail(mail);

    const [kept] = await sandbox.messages({ channel: 'email' });

    expect(kept).toMatchObject({
      to: 'asha@example.com',
      from: 'LaundryConnect <hello@laundryconnect.example>',
      subject: mail.subject,
      message_id: mail.messageId,
      html: mail.html,
      status: 'delivered',
      headers: {
        to: 'Aśha <asha@example.com>',
        'list-unsubscribe': '<https://laundryconnect.example/u/42>',
        'x-two': ['one', 'two'],
      },
    });
    expect(kept?.text?.trim()).toBe(mail.text);
  });

  it('shows who really gets it, hidden recipients included, and finds it for each', async () => {
    await transport.sendMail({ ...mail, bcc: 'owner@example.com' });

    expect(await sandbox.messages({ channel: 'email', to: 'Owner@Example.com' })).toMatchObject([
      { to: 'asha@example.com, owner@example.com' },
    ]);
    expect(await sandbox.messages({ to: 'asha@example.com' })).toHaveLength(1);
    expect(await sandbox.messages({ to: 'nobody@example.com' })).toHaveLength(0);
  });

  it.each([
    ['bounce@example.com', 550, '5.1.1'],
    ['bounce+42@example.com', 550, '5.1.1'],
    ['disabled@example.com', 550, '5.2.1'],
    ['full@example.com', 452, '4.2.2'],
    ['busy@example.com', 451, '4.3.0'],
    ['spam@example.com', 554, '5.7.1'],
  ])('refuses %s with %i %s', async (address, code, enhanced) => {
    await expect(transport.sendMail({ ...mail, to: address })).rejects.toMatchObject({
      responseCode: code,
      response: expect.stringContaining(`${code} ${enhanced}`) as string,
    });
    expect(await sandbox.messages()).toEqual([]);
  });

  it('refuses what is too big to be a mail', async () => {
    const attachment = { filename: 'big', content: Buffer.alloc(26 * 1024 * 1024) };

    await expect(transport.sendMail({ ...mail, attachments: [attachment] })).rejects.toMatchObject({
      responseCode: 552,
    });
  });

  it('outlives a client that breaks off in the middle', async () => {
    const { hostname, port } = new URL(sandbox.smtpUrl);
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), hostname, () => {
        socket.write('EHLO x\r\nMAIL FROM:<a@example.com>\r\n');
        socket.once('data', () => socket.resetAndDestroy());
      });
      socket.once('close', () => resolve());
    });

    await transport.sendMail(mail);
    expect(await sandbox.messages()).toHaveLength(1);
  });
});
