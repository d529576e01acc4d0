import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { v7 } from 'uuid';
import type { Channel, Wording } from '../channels/channel.js';
import { ChannelRegistry } from '../channels/channel.registry.js';
import { Dispatcher } from '../channels/dispatcher.js';
import { Gate, type Hold } from '../channels/gate.js';
import { SuppressionsService, type Way, wayKey } from '../channels/suppressions.service.js';
import type { NewDelivery } from '../deliveries/deliveries.service.js';
import { PRIORITY } from '../deliveries/status.js';
import type { Choices } from '../preferences/choices.js';
import { type RenderedWords, TemplatesService } from '../templates/templates.service.js';
import type { NotificationType } from '../templates/templates.service.js';
import type { User } from '../users/user.entity.js';
import { ShortLinks } from './short.links.js';
import type { NewNotification } from './notification.writer.js';
import { chained, type Place } from './fallback.plan.js';
import { Interruptions } from './interruptions.js';
import { type ChannelFacts, type PlannedDelivery, planFor } from './planner.js';
import type { Timing } from './timing.js';

/** What is to be told, besides to whom. */
export interface Told {
  readonly type: NotificationType;
  readonly context: Readonly<Record<string, unknown>>;
  readonly orderId: string | null;
  readonly paymentId: string | null;
  readonly channels: readonly string[] | undefined;
  readonly timing: Timing;
  readonly dedupeKey: string | null;
  readonly actionUrl: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly bulkId: string | null;
}

/** A notification with its deliveries, ready to be written. */
export interface Draft {
  readonly notification: NewNotification;
  readonly deliveries: readonly NewDelivery[];
}

/** Puts a notification together: the words, the plan, the rows. Writes nothing. */
@Injectable()
export class Composer {
  constructor(
    private readonly registry: ChannelRegistry,
    private readonly templates: TemplatesService,
    private readonly suppressions: SuppressionsService,
    private readonly dispatcher: Dispatcher,
    private readonly gate: Gate,
    private readonly interruptions: Interruptions,
    private readonly shortLinks: ShortLinks,
  ) {}

  /** The closed ones among the addresses of some people. */
  suppressedOf(people: readonly User[], on: Pick<EntityManager, 'query'>): Promise<Map<string, string>> {
    const ways: Way[] = [];
    for (const channel of this.registry.all()) {
      if (channel.consent === 'always') continue;
      for (const person of people) {
        for (const address of channel.addressesOf(person)) ways.push({ channel: channel.name, address });
      }
    }
    return this.suppressions.of(ways, on);
  }

  async compose(
    told: Told,
    person: User,
    choices: Choices,
    suppressed: ReadonlyMap<string, string>,
    reference: string,
    now: Date,
  ): Promise<Draft> {
    const channels = this.registry.all().filter((channel) => concerns(channel, person, told));
    const words = await this.wordsFor(told, person, channels);
    const facts = {
      category: told.type.category,
      choices,
      pausedUntil: person.pausedUntil,
      wanted: told.channels,
      ...told.timing,
      validFor: told.type.validFor ?? told.type.category.validFor,
      windows: this.interruptions.windowsOf(person, told.type.category, told.type.priority),
      now,
    };
    const notification = {
      reference,
      actionUrl: told.actionUrl ?? words.actionUrl,
      priority: priorityOf(told),
    };
    const message = {
      ...messageOf(told.type, (channel) => this.shortLinks.urlFor(reference, channel)),
      notification,
    };
    const plan = channels.flatMap((channel) =>
      planFor(factsOf(channel, person, message, words, suppressed, this.gate.holdOn(channel)), facts),
    );
    const id = v7();
    return {
      notification: this.rowOf(id, reference, told, person, words),
      deliveries: chained(plan, chainOf(told.type, channels), now).map((planned) =>
        this.deliveryOf(id, planned, told, person),
      ),
    };
  }

  private wordsFor(told: Told, person: User, channels: readonly Channel[]): Promise<RenderedWords> {
    const given = told.context['user'];
    const user = { ...(typeof given === 'object' ? given : {}), ...contextOf(person) };
    const wanted = channels.map(({ name, parts }) => ({ channel: name, parts }));
    const link = told.actionUrl === null ? {} : { action_url: told.actionUrl };
    return this.templates.render(told.type.name, person.locale, { ...told.context, user, ...link }, wanted);
  }

  private rowOf(
    id: string,
    reference: string,
    told: Told,
    person: User,
    words: RenderedWords,
  ): NewNotification {
    const { sendAt, expiresAt } = told.timing;
    return {
      id,
      reference,
      userId: person.id,
      published: sendAt === null,
      type: told.type.name,
      category: told.type.category.name,
      title: words.title,
      message: words.message,
      actionUrl: told.actionUrl ?? words.actionUrl,
      locale: words.locale,
      templateVersionId: words.versionId,
      orderId: told.orderId ?? textAt(told.context, 'order', 'id'),
      orderNumber: textAt(told.context, 'order', 'order_number'),
      paymentId: told.paymentId ?? textAt(told.context, 'payment', 'id'),
      metadata: told.metadata,
      dedupeKey: told.dedupeKey,
      bulkId: told.bulkId,
      sendAt: sendAt?.toISOString() ?? null,
      expiresAt: expiresAt?.toISOString() ?? null,
    };
  }

  private deliveryOf(
    notificationId: string,
    planned: PlannedDelivery & Place,
    told: Told,
    person: User,
  ): NewDelivery {
    const { category, name } = told.type;
    const { dueAt, expiresAt, lookAt, estimate, ...rest } = planned;
    return {
      ...rest,
      id: v7(),
      notificationId,
      userId: person.id,
      type: name,
      category: category.name,
      bulkId: told.bulkId,
      priority: PRIORITY[priorityOf(told)],
      guarantee: category.guarantee,
      optional: category.optional,
      dueAt: dueAt?.toISOString() ?? null,
      expiresAt: expiresAt?.toISOString() ?? null,
      ...(lookAt && { lookAt: lookAt.toISOString() }),
      segments: estimate.segments ?? null,
      encoding: estimate.encoding ?? null,
      country: estimate.country ?? null,
      estimatedPrice: estimate.price ?? null,
      estimatedUnit: estimate.currency ?? null,
      // A campaign waits in the database, and the sweep takes from it what there is room for.
      hinted: told.bulkId === null && isFree(planned) && this.dispatcher.hears,
    };
  }
}

/** Who has not joined a channel is told nothing of it, unless the sender asked for it by name. */
const concerns = (channel: Channel, person: User, { channels }: Told): boolean =>
  !channel.joined || channels?.includes(channel.name) === true || channel.addressesOf(person).length > 0;

const priorityOf = ({ bulkId, type }: Told) => (bulkId ? 'bulk' : type.priority);

/** What channels must know of a message to prepare their words for it. */
interface MessageFacts extends Pick<Wording, 'type' | 'category' | 'priority' | 'notification'> {
  /** A short link to the person's choice, by channel; absent where they cannot do without the category. */
  readonly linkFor?: (channel: string) => string;
}

const messageOf = (
  { name, category, priority }: NotificationType,
  linkFor: (channel: string) => string,
): MessageFacts => ({
  type: name,
  category: category.name,
  priority,
  ...(category.optional && { linkFor }),
});

function factsOf(
  channel: Channel,
  person: User,
  { linkFor, ...about }: MessageFacts,
  words: RenderedWords,
  suppressed: ReadonlyMap<string, string>,
  hold: Hold | undefined,
): ChannelFacts {
  const { name, consent, atCommit, interrupts } = channel;
  const { mode, detail } = channel.mode();
  const content = channel.parts.length === 0 ? {} : words.parts[name];
  const addresses = [...new Set(channel.addressesOf(person))];
  const closed = addresses.flatMap((address) => {
    const reason = suppressed.get(wayKey({ channel: name, address }));
    return reason ? [[address, reason] as const] : [];
  });
  const wayOut = linkFor && { wayOut: () => linkFor(name) };
  return {
    name,
    consent,
    atCommit,
    interrupts,
    off: mode === 'off' ? detail : null,
    hold,
    addresses,
    unreachable: channel.unreachable(person),
    content,
    suppressed: new Map(closed),
    prepare: (to) =>
      channel.prepare({
        to,
        content: content ?? {},
        locale: words.locale,
        options: words.options[name] ?? {},
        ...about,
        ...wayOut,
      }),
  };
}

/** The inbox cannot wait for another channel: it only leads a chain. */
const chainOf = ({ chain }: NotificationType, channels: readonly Channel[]) =>
  chain.filter(
    ({ channel: name }, step) => step === 0 || !channels.find((one) => one.name === name)?.atCommit,
  );

/** Whether it could go at once. */
const isFree = ({ dueAt, holdReason }: PlannedDelivery) => dueAt === null && holdReason === null;

/** What templates may say of the person. */
const contextOf = (person: User) => ({
  id: person.id,
  first_name: person.firstName,
  last_name: person.lastName,
  email: person.email,
  phone: person.phone,
  locale: person.locale,
  time_zone: person.timeZone,
});

function textAt(context: Readonly<Record<string, unknown>>, object: string, field: string): string | null {
  const found = context[object];
  if (typeof found !== 'object' || found === null || !Object.hasOwn(found, field)) return null;
  const value = (found as Record<string, unknown>)[field];
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  // Half a character cannot be stored.
  return String(value)
    .slice(0, 100)
    .replace(/\p{Surrogate}$/u, '');
}
