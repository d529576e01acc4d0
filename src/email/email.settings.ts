import { flag, integer, optional, type SettingProblem, settings, text } from '../config/settings.js';
import { mailboxOf } from './mail.address.js';

/** An SMTP server, by the names that Django gave them. Nothing set: the sandbox, where there is one; else e-mail is off. */
export class EmailSettings extends settings('E-mail through SMTP', {
  host: optional(
    text('EMAIL_HOST', 'the SMTP server that takes the mails', {
      pattern: /^[A-Za-z0-9.:-]+$/,
      form: 'a host name or an IP address, without smtp:// and without a port',
      example: 'smtp.example.com',
    }),
  ),
  port: optional(
    integer(
      'EMAIL_PORT',
      'its port; default 587 with EMAIL_USE_TLS or a user, 465 with EMAIL_USE_SSL, else 25',
      {
        min: 1,
        max: 65_535,
        example: '587',
      },
    ),
  ),
  user: optional(text('EMAIL_HOST_USER', 'the account at the server')),
  password: optional(text('EMAIL_HOST_PASSWORD', "the account's password", { secret: true })),
  useTls: optional(
    flag(
      'EMAIL_USE_TLS',
      'STARTTLS: true demands it, false never uses it; default true with a user, else where offered',
    ),
  ),
  useSsl: flag('EMAIL_USE_SSL', 'TLS from the first byte, as on port 465', { fallback: false }),
  from: text('DEFAULT_FROM_EMAIL', 'the sender of every mail; its name stands at the head of the mails', {
    fallback: 'LaundryConnect <no-reply@laundryconnect.example>',
    example: 'LaundryConnect <no-reply@example.com>',
  }),
  connections: integer('EMAIL_MAX_CONNECTIONS', 'connections to the server that may be open at once', {
    min: 1,
    max: 100,
    fallback: 10,
  }),
  timeout: integer('EMAIL_TIMEOUT', 'how long to wait for an answer of the server, in seconds', {
    min: 1,
    max: 20,
    fallback: 10,
  }),
  grace: integer(
    'EMAIL_UNKNOWN_SECONDS',
    'how long a mail whose outcome was lost rests before it goes once more; no server can be asked',
    { min: 1, max: 86_400, fallback: 900 },
  ),
}) {
  static problemsOf(values: EmailSettings): SettingProblem[] {
    return [...halvesOf(values), ...tlsOf(values), ...senderOf(values)];
  }
}

/** Half a server sends nothing and looks as if it did: it is named at start, with its cure. */
function halvesOf({ host, port, user, password }: EmailSettings): SettingProblem[] {
  const given = [port && 'EMAIL_PORT', user && 'EMAIL_HOST_USER', password && 'EMAIL_HOST_PASSWORD'].filter(
    (name) => name !== undefined,
  );
  if (!host && given.length > 0) {
    const because = `though ${given.join(' and ')} ${given.length > 1 ? 'are' : 'is'}`;
    return [problem('EMAIL_HOST', `is not set, ${because}: name the SMTP server, or remove the others`)];
  }
  if (Boolean(user) === Boolean(password)) return [];
  const [missing, present] = user
    ? ['EMAIL_HOST_PASSWORD', 'EMAIL_HOST_USER']
    : ['EMAIL_HOST_USER', 'EMAIL_HOST_PASSWORD'];
  const cure = 'set both, or none for a server that asks for no login';
  return [problem(missing, `is not set, though ${present} is: ${cure}`)];
}

function tlsOf({ useTls, useSsl }: EmailSettings): SettingProblem[] {
  if (!useTls || !useSsl) return [];
  return [
    problem('EMAIL_USE_SSL', 'and EMAIL_USE_TLS exclude each other: SSL is for port 465, TLS for port 587'),
  ];
}

function senderOf({ host, from }: EmailSettings): SettingProblem[] {
  const sender = mailboxOf(from);
  const set = (message: string) => [problem('DEFAULT_FROM_EMAIL', message)];
  if (!sender) return set(`must be as "Name <address@example.com>", not "${from}"`);
  // Reserved for documentation: no server lets it out, and no answer would ever arrive.
  if (!host || !sender.address.endsWith('.example')) return [];
  return set(`is ${sender.address}, which nobody owns: set a sender that ${host} lets you use`);
}

const problem = (env: string, message: string): SettingProblem => ({ env, message });
