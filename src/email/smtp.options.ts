import { hostname } from 'node:os';
import type { SandboxSettings } from '../config/app.settings.js';
import type { EmailSettings } from './email.settings.js';

/** Mails over one connection before it is closed: servers dislike endless ones. */
const PER_CONNECTION = 500;

/** What nodemailer is told; null where there is no server. */
export function smtpOptions(settings: EmailSettings, sandbox: Pick<SandboxSettings, 'smtpUrl'>) {
  const server = settings.host ? serverOf(settings, settings.host) : sandboxOf(sandbox.smtpUrl);
  if (!server) return null;
  const timeout = settings.timeout * 1000;
  return {
    ...server,
    pool: true as const,
    maxConnections: settings.connections,
    maxMessages: PER_CONNECTION,
    // Only a connection that ended before a byte of the mail had left makes the pool try another.
    maxRequeues: 2,
    connectionTimeout: timeout,
    greetingTimeout: timeout,
    socketTimeout: timeout,
    dnsTimeout: timeout,
    name: nameOf(hostname()),
    // Content is text, never the name of a file or a URL, whatever a template says.
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

function serverOf({ port, user, password, useTls, useSsl }: EmailSettings, host: string) {
  const secure = useSsl || (useTls === undefined && port === 465);
  const auth = user && password ? { user, pass: password } : undefined;
  const requireTLS = !secure && (useTls ?? auth !== undefined);
  return {
    host,
    port: port ?? (secure ? 465 : requireTLS ? 587 : 25),
    secure,
    requireTLS,
    ignoreTLS: useTls === false,
    // Where TLS is only taken because it is offered: a relay next door often has a certificate of its own
    // making, and encryption that nobody vouched for is still better than none.
    opportunisticTLS: !requireTLS,
    tls: { rejectUnauthorized: secure || requireTLS },
    ...(auth && { auth }),
  };
}

function sandboxOf(smtpUrl: string | undefined) {
  if (smtpUrl === undefined) return null;
  const { hostname: host, port } = new URL(smtpUrl);
  return { host, port: Number(port) || 25, ignoreTLS: true };
}

/** For EHLO: a name in ASCII with a dot, or nodemailer's own choice. */
const nameOf = (host: string) => (/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(host) ? host : '[127.0.0.1]');
