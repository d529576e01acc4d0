import http from 'node:http';
import { parse, stringify } from 'node:querystring';
import Bull from 'bull';
import { Redis } from 'ioredis';
import { createTransport } from 'nodemailer';
import pg from 'pg';
import { Server } from 'socket.io';
import { v7 } from 'uuid';
import { migrate } from '../src/database/migrations.js';
import { ADVANCE, CLAIM, INSERT, NOTE, SETTLE } from './floor.sql.js';
import { mailOf, textOf, titleOf } from './floor.words.js';

/*
 * The least that a service of this kind can do, as a measure for ours: the same rows in the same tables, the same
 * texts and mails over the same wires, the same jobs, the same events to browsers, and nothing else: no checks,
 * no templates, no consent, no callers, no retries, no framework.
 */
const env = (name: string) => process.env[name] ?? '';
const CONCURRENCY = 64;
const SMTP_CONNECTIONS = 5;

await migrate(env('DATABASE_URL'));
const pool = new pg.Pool({ connectionString: env('DATABASE_URL'), max: 10 });
const account = new URL(env('SANDBOX_URL'));
const mails = createTransport({
  url: env('SANDBOX_SMTP_URL'),
  pool: true,
  maxConnections: SMTP_CONNECTIONS,
  maxMessages: Infinity,
} as Parameters<typeof createTransport>[0]);
const agent = new http.Agent({ keepAlive: true, maxSockets: CONCURRENCY, scheduling: 'lifo' });

interface Request {
  readonly type: string;
  readonly user: string;
  readonly context: { readonly order: { readonly order_number: string } };
}

interface Claimed {
  readonly id: string;
  readonly address: string;
  readonly content: Readonly<Record<string, string>>;
}

const server = http.createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.once('end', () => {
    const body = Buffer.concat(chunks).toString();
    const url = request.url ?? '';
    const answer = url.startsWith('/api/webhooks') ? report(url, body) : create(body);
    answer.then(
      ([status, text]) => response.writeHead(status, { 'content-type': 'application/json' }).end(text),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
});
// Longer than any client keeps a connection: none is closed under a request.
server.keepAliveTimeout = 72_000;
const io = new Server(server);
io.of('/notifications').on('connection', (socket) => {
  const { token } = socket.handshake.auth as { token: string };
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
    user_id: string;
  };
  void socket.join(claims.user_id);
  socket.emit('connection_established', { message: 'Connected' });
});

async function create(body: string): Promise<[number, string]> {
  const { type, user, context } = JSON.parse(body) as Request;
  const number = context.order.order_number;
  const [id, inbox, email, sms] = [v7(), v7(), v7(), v7()];
  const { rows } = await pool.query<{ created_at: Date; seq: string }>({
    ...INSERT,
    values: [
      ...[id, number.replace('ORD', 'NOTIF'), user, type, titleOf(number), textOf(number), number],
      ...[inbox, email, JSON.stringify(mailOf(number)), sms, JSON.stringify({ text: textOf(number) })],
    ],
  });
  const notification = {
    ...{ id, type, title: titleOf(number), message: textOf(number), is_read: false, order_id: number },
    ...{ created_at: rows[0]?.created_at, seq: rows[0]?.seq },
  };
  io.of('/notifications').to(user).emit('notification', { notification });
  hint('email', email);
  hint('sms', sms);
  return [202, JSON.stringify(notification)];
}

const senders = { email: sendMail, sms: sendText };
type Sender = keyof typeof senders;
const queues = new Map<Sender, Bull.Queue>();

/** One job after the other where there is a Redis; else at once. */
function hint(channel: Sender, id: string): void {
  const queue = queues.get(channel);
  if (!queue) void deliver(channel, id);
  else void queue.add({ id }, { jobId: id, removeOnComplete: true, removeOnFail: true });
}

async function deliver(channel: Sender, id: string): Promise<void> {
  const lease = v7();
  const { rows } = await pool.query<Claimed>({ ...CLAIM, values: [id, lease] });
  const [row] = rows;
  if (row) await pool.query({ ...SETTLE, values: [id, lease, await senders[channel](row)] });
}

async function sendMail({ id, address, content: { subject = '', text = '', html = '' } }: Claimed) {
  const from = 'no-reply@bench.example';
  const to = { name: 'Asha Rao', address };
  await mails.sendMail({ from, to, subject, text, html, messageId: `<${id}@bench.example>` });
  return id;
}

function sendText({ id, address, content }: Claimed): Promise<string> {
  const callback = `${env('PUBLIC_URL')}/api/webhooks/twilio/status?d=${id}&a=1`;
  const body = stringify({
    To: address,
    Body: content['text'] ?? '',
    From: '+15005550006',
    StatusCallback: callback,
  });
  return new Promise((resolve, reject) => {
    const request = http.request(
      {
        host: account.hostname,
        port: account.port,
        path: `/2010-04-01/Accounts/${account.username}/Messages.json`,
        method: 'POST',
        agent,
        auth: `${account.username}:${decodeURIComponent(account.password)}`,
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'content-length': Buffer.byteLength(body),
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('end', () =>
          resolve((JSON.parse(Buffer.concat(chunks).toString()) as { sid: string }).sid),
        );
      },
    );
    request.once('error', reject);
    request.end(body);
  });
}

const RANK: Readonly<Record<string, number>> = { queued: 1, sending: 2, sent: 3, delivered: 6 };

async function report(url: string, body: string): Promise<[number, string]> {
  const form = parse(body);
  const id = new URLSearchParams(url.slice(url.indexOf('?'))).get('d');
  const status = String(form['MessageStatus']);
  const rank = RANK[status] ?? 5;
  await pool.query({ ...NOTE, values: [id, form['MessageSid'], status, rank, JSON.stringify(form)] });
  await pool.query({ ...ADVANCE, values: [id, status, rank] });
  return [204, ''];
}

const redisUrl = env('REDIS_URL');
if (redisUrl !== '') {
  const options = { maxRetriesPerRequest: null, enableReadyCheck: false };
  const shared = { client: new Redis(redisUrl), subscriber: new Redis(redisUrl, options) };
  const createClient = (use: 'client' | 'subscriber' | 'bclient') =>
    use === 'bclient' ? new Redis(redisUrl, options) : shared[use];
  for (const channel of ['email', 'sms'] as const) {
    const queue = new Bull<{ id: string }>(`floor-${channel}`, { createClient });
    void queue.process(CONCURRENCY, ({ data }) => deliver(channel, data.id));
    queues.set(channel, queue);
  }
}

const stop = () => process.exit(0);
process.once('SIGTERM', stop).once('disconnect', stop);
server.listen(Number(env('PORT')), '127.0.0.1', () => process.send?.({ ready: {} }));
