import { DomainError } from '../http/domain.error.js';
import { NotificationsService } from '../notifications/notifications.service.js';
import { SmsService } from '../sms/sms.service.js';
import { TemplatesService } from '../templates/templates.service.js';
import { parseEmail } from '../users/email.js';
import { UsersService } from '../users/users.service.js';
import type { Container } from './containers.js';
import { CommandFailure, EXIT, type Exit } from './exit.js';
import { usage } from './test-sms.options.js';
import type { Text } from './test-sms.text.js';

/** The channel that the command is for. */
const CHANNEL = 'sms';
const PARTS = [{ channel: CHANNEL, parts: ['text'] }];

type Person = NonNullable<Awaited<ReturnType<UsersService['findByEmail']>>>;

/** The words of a notification to a person, in the type's own example; refused where it would not be sent. */
export async function textForUser(container: Container, email: string, type: string): Promise<Text> {
  const person = await findPerson(container, email);
  const context = await exampleOf(container, type);
  await checkPlan(container, person, type, context);
  const { parts } = await container
    .get(TemplatesService)
    .render(type, person.locale, { ...context, user: factsOf(person) }, PARTS);
  const body = parts[CHANNEL]?.['text'];
  const to = container.get(SmsService).numberOf(person.phone);
  if (body === undefined)
    throw new CommandFailure(EXIT.notFound, `The template of ${type} has no words for ${CHANNEL}.`);
  if (to.number === null) throw new CommandFailure(EXIT.notFound, to.why);
  return { to: to.number, body };
}

async function findPerson(container: Container, email: string): Promise<Person> {
  const parsed = parseEmail(email);
  if (!parsed.ok) throw usage(`--user-email ${email} ${parsed.reason}.`);
  const person = await container.get(UsersService).findByEmail(parsed.address);
  if (person) return person;
  throw new CommandFailure(
    EXIT.notFound,
    `Nobody has the address ${email}: PUT /api/users/{id} adds a person.`,
  );
}

async function exampleOf(container: Container, type: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return (await container.get(TemplatesService).typeOf(type)).example;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    throw new CommandFailure(
      EXIT.notFound,
      `${error.detail} (load-templates brings the types into the database.)`,
    );
  }
}

/** Asks the main line what it would do, and takes its no for an answer. */
async function checkPlan(container: Container, { id }: Person, type: string, context: object): Promise<void> {
  const request = { type, user: id, context: { ...context }, channels: [CHANNEL] };
  const answer = await container.get(NotificationsService).send(request, { caller: 'command', dryRun: true });
  const decision = answer.body.deliveries.find(({ channel }) => channel === CHANNEL);
  // What waits for a provider to work again may well be tried with a test.
  const { reason: waitsFor = 'breaker_open' } = decision ?? {};
  if (!decision || (decision.status === 'pending' && waitsFor === 'breaker_open')) return;
  const { reason = decision.status, detail = reason } = decision;
  throw new CommandFailure(EXITS[reason] ?? EXIT.suppressed, detail);
}

/** Rules that are no wish of the person's. */
const EXITS: Readonly<Record<string, Exit>> = {
  channel_off: EXIT.configuration,
  no_words: EXIT.notFound,
  no_address: EXIT.notFound,
};

const factsOf = ({ id, firstName, lastName, email, phone, locale }: Person) => ({
  id,
  first_name: firstName,
  last_name: lastName,
  email,
  phone,
  locale,
});
