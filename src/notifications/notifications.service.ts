import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Answer } from '../http/answer.js';
import { didYouMean } from '../http/closest.js';
import { unprocessable } from '../http/domain.error.js';
import { Idempotency, hashOf } from '../http/idempotency.js';
import { ChannelRegistry } from '../channels/channel.registry.js';
import { rowsOf } from '../deliveries/rows.js';
import { NO_CHOICES } from '../preferences/choices.js';
import { PreferencesService } from '../preferences/preferences.service.js';
import { type NotificationType, TemplatesService } from '../templates/templates.service.js';
import type { User } from '../users/user.entity.js';
import { UsersService } from '../users/users.service.js';
import { Composer, type Draft, type Told } from './composer.js';
import type { InlineUser, SendNotification } from './notification.dto.js';
import { type AcceptedView, decisionOf } from './notification.view.js';
import { type Inserted, NotificationWriter, type Written } from './notification.writer.js';
import { NotificationsReader } from './notifications.reader.js';
import { References } from './references.js';
import { SharedSends } from './shared.sends.js';
import { timingOf } from './timing.js';

/** Who sends, and how the request may be repeated. */
export interface Sender {
  readonly caller: string;
  readonly idempotencyKey?: string | undefined;
  readonly dryRun?: boolean;
}

/** Carries the result of a dry run out of its transaction, which is rolled back by it. */
class DryRun extends Error {
  constructor(readonly accepted: AcceptedView) {
    super('dry run');
  }
}

/** The main line: who is told, in which words, through which channels; one transaction; then the event. */
@Injectable()
export class NotificationsService {
  constructor(
    private readonly database: DataSource,
    private readonly registry: ChannelRegistry,
    private readonly users: UsersService,
    private readonly preferences: PreferencesService,
    private readonly templates: TemplatesService,
    private readonly composer: Composer,
    private readonly writer: NotificationWriter,
    private readonly references: References,
    private readonly shared: SharedSends,
    private readonly reader: NotificationsReader,
    private readonly idempotency: Idempotency,
  ) {}

  /**
   * Stores a notification with its deliveries and answers with every channel's decision. What the answer says
   * is committed. A dry run does the same and takes it all back.
   */
  async send(request: SendNotification, sender: Sender): Promise<Answer<AcceptedView>> {
    // Whatever needs a connection of its own comes before the transaction: a pool must not wait for itself.
    const type = await this.templates.typeOf(request.type);
    const [reference = ''] = await this.references.take(1, new Date());
    if (canShare(request, sender)) return this.share(request, request.user, type, reference);
    const key = sender.dryRun ? undefined : sender.idempotencyKey;
    let written: Written | undefined;
    try {
      const answer = await this.database.transaction((tx) =>
        // What time can change is asked inside: a repeated request has its first answer, however late it comes.
        this.idempotency.run(
          tx,
          sender.caller,
          key,
          key === undefined ? '' : hashOf('send', request),
          async () => {
            const told = this.toldBy(request, type);
            const person = await this.personOf(tx, request.user);
            let body = told.dedupeKey ? await this.firstWith(tx, person.id, told) : undefined;
            if (!body) {
              const draft = await this.draft(tx, told, person, reference);
              const now = await this.writer.writeOne(tx, draft);
              body = this.accepted(draft, now.inserted, person, told, sender.dryRun);
              written = now;
            }
            if (sender.dryRun) throw new DryRun(Object.assign(body, { dry_run: true as const }));
            return { status: 202, body };
          },
        ),
      );
      if (written) this.writer.announce(written);
      return answer;
    } catch (error) {
      if (error instanceof DryRun) return new Answer(200, error.accepted);
      throw error;
    }
  }

  /** The same for a send that needs nothing of its own in its transaction: it shares one with others. */
  private async share(
    request: SendNotification,
    userId: string,
    type: NotificationType,
    reference: string,
  ): Promise<Answer<AcceptedView>> {
    const told = this.toldBy(request, type);
    const known = await this.shared.find(userId);
    if (!known) throw unknownPerson(userId);
    const { person, choices, suppressed } = known;
    const draft = await this.composer.compose(told, person, choices, suppressed, reference, new Date());
    const inserted = await this.shared.insert(draft);
    this.writer.announce({ draft, inserted });
    return new Answer(202, this.accepted(draft, inserted, person, told));
  }

  private toldBy(request: SendNotification, type: NotificationType): Told {
    this.checkChannels(request.channels);
    return {
      type,
      context: request.context ?? {},
      orderId: request.order_id ?? null,
      paymentId: request.payment_id ?? null,
      channels: request.channels,
      timing: timingOf(request, new Date()),
      dedupeKey: request.dedupe_key ?? null,
      actionUrl: checkedLink(request.action_url),
      metadata: request.metadata ?? {},
      bulkId: null,
    };
  }

  private checkChannels(channels: readonly string[] | undefined): void {
    const known = this.registry.all().map(({ name }) => name);
    const errors = (channels ?? []).flatMap((name, index) => {
      if (known.includes(name)) return [];
      const detail = `"${name}" is not a channel.${didYouMean(name, known) || ` Known: ${known.join(', ')}.`}`;
      return [{ pointer: `/channels/${index}`, code: 'notification.unknown-channel', detail }];
    });
    if (errors.length > 0)
      throw unprocessable('notification.unknown-channel', errors[0]?.detail ?? '', errors);
  }

  private async personOf(tx: EntityManager, named: string | InlineUser): Promise<User> {
    if (typeof named !== 'string') return this.putPerson(tx, named);
    const person = await this.users.find(named, tx);
    if (!person) throw unknownPerson(named);
    return person;
  }

  private async putPerson(tx: EntityManager, { preferences, ...fields }: InlineUser): Promise<User> {
    const changes = preferences ? await this.preferences.parse(preferences, '/user/preferences') : [];
    const person = await this.users.put(tx, fields, '/user');
    if (changes.length > 0) await this.preferences.record(tx, person.id, changes, { source: 'api' });
    return person;
  }

  /** With a dedupe key the second request answers with the first's notification. */
  private async firstWith(tx: EntityManager, userId: string, told: Told): Promise<AcceptedView | undefined> {
    const key = told.dedupeKey ?? '';
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended($1, 7))`, [
      `${userId}\n${told.type.name}\n${key}`,
    ]);
    const [row] = rowsOf<{ id: string }>(
      await tx.query<unknown>(
        'SELECT id FROM notifications WHERE user_id = $1 AND type = $2 AND dedupe_key = $3',
        [userId, told.type.name, key],
      ),
    );
    return row && this.reader.accepted(tx, row.id);
  }

  private async draft(tx: EntityManager, told: Told, person: User, reference: string): Promise<Draft> {
    const choices = await this.preferences.choicesOf([person.id], tx);
    const suppressed = await this.composer.suppressedOf([person], tx);
    const chosen = choices.get(person.id) ?? NO_CHOICES;
    return this.composer.compose(told, person, chosen, suppressed, reference, new Date());
  }

  private accepted(
    draft: Draft,
    inserted: Inserted,
    person: User,
    told: Told,
    isDryRun = false,
  ): AcceptedView {
    const view = this.reader.viewOfNew(draft.notification, inserted, person.email, told.type.display);
    return Object.assign(view, {
      deliveries: draft.deliveries.map((delivery) => decisionOf(delivery, delivery.dueAt, isDryRun)),
    });
  }
}

/** A path of the platform, or a secure page. */
function checkedLink(link: string | undefined): string | null {
  if (link === undefined) return null;
  if (/^\/(?!\/)/.test(link) || (URL.canParse(link) && new URL(link).protocol === 'https:')) return link;
  const detail = 'action_url must be a path that begins with / or a URL that begins with https://';
  throw unprocessable('request.invalid', `${detail}.`, [
    { pointer: '/action_url', code: 'field.link', detail },
  ]);
}

function unknownPerson(id: string) {
  const code = 'notification.unknown-user';
  const detail = `No person has the id "${id}". Send an object with their e-mail or phone to add them.`;
  return unprocessable(code, detail, [{ pointer: '/user', code, detail }]);
}

/** Nothing to remember, to compare or to take back: a known person is told, and that is all. */
const canShare = (
  request: SendNotification,
  { idempotencyKey, dryRun }: Sender,
): request is SendNotification & { user: string } =>
  typeof request.user === 'string' &&
  request.dedupe_key === undefined &&
  idempotencyKey === undefined &&
  !dryRun;
