import { Injectable } from '@nestjs/common';
import { ChannelRegistry } from '../channels/channel.registry.js';
import type { Objection } from '../channels/recheck.js';
import { Recheck } from '../channels/recheck.js';
import { SuppressionsService, wayKey } from '../channels/suppressions.service.js';
import { Reads } from '../database/pipeline.js';
import { Batch } from '../deliveries/batch.js';
import type { Rule } from '../deliveries/delivery.entity.js';
import { Fallbacks } from '../deliveries/fallbacks.js';
import type { Claimed } from '../deliveries/leases.js';
import { type Choices, NO_CHOICES } from '../preferences/choices.js';
import { decide } from '../preferences/consent.js';
import { PreferencesService } from '../preferences/preferences.service.js';
import { type Category, type NotificationType, TemplatesService } from '../templates/templates.service.js';
import type { User } from '../users/user.entity.js';
import { UsersService } from '../users/users.service.js';
import { Interruptions, quietTime } from './interruptions.js';
import { tooLate } from './schedule.js';

/**
 * Preferences and hours once more, just before sending: what has changed since the plan is obeyed. Many rows, three
 * queries, and one more for steps of chains.
 */
@Injectable()
export class SecondLook extends Recheck {
  private readonly looks = new Batch<Claimed, Objection | null>((rows) => this.lookAt(rows));

  constructor(
    private readonly reads: Reads,
    private readonly channels: ChannelRegistry,
    private readonly users: UsersService,
    private readonly preferences: PreferencesService,
    private readonly suppressions: SuppressionsService,
    private readonly templates: TemplatesService,
    private readonly interruptions: Interruptions,
    private readonly fallbacks: Fallbacks,
  ) {
    super();
  }

  override objectionTo(delivery: Claimed): Promise<Objection | null> {
    return this.looks.add(delivery);
  }

  private async lookAt(rows: readonly Claimed[]): Promise<(Objection | null)[]> {
    const userIds = [...new Set(rows.map(({ userId }) => userId))];
    const [people, choices, closed, reached, categories, types] = await Promise.all([
      this.users.findMany(userIds, this.reads),
      this.preferences.choicesOf(userIds, this.reads),
      this.suppressions.of(rows, this.reads),
      this.fallbacks.reached(rows, this.reads),
      this.templates.categories(),
      this.templates.types(),
    ]);
    const byId = new Map(people.map((person) => [person.id, person]));
    const now = new Date();
    return rows.map((row) => {
      if (closed.has(wayKey(row))) return { status: 'skipped', reason: 'suppressed' };
      if (reached.has(row.id)) return { status: 'skipped', reason: 'reached' };
      const category = categories.find(({ name }) => name === row.category);
      const type = types.find(({ name }) => name === row.type);
      if (!category) return null;
      const chosen = choices.get(row.userId) ?? NO_CHOICES;
      return this.decide(row, { person: byId.get(row.userId), chosen, category, type, now });
    });
  }

  private decide(row: Claimed, { person, chosen, category, type, now }: Known): Objection | null {
    const channel = this.channels.find(row.channel);
    if (!channel) return null;
    const pausedUntil = person?.pausedUntil ?? null;
    const decision = decide({ channel, category, choices: chosen, pausedUntil, now });
    const rule = decision.rules.at(-1);
    if (decision.reason === 'paused') return waitUntil(pausedUntil, 'paused', row, now, rule);
    if (decision.reason !== null)
      return { status: 'skipped', reason: decision.reason, ...(rule && { rule }) };
    if (!channel.interrupts || !person) return null;
    const windows = this.interruptions.windowsOf(person, category, type?.priority ?? 'normal');
    const quiet = quietTime(windows, now);
    return quiet ? waitUntil(quiet.until, 'quiet_hours', row, now, quiet.rule) : null;
  }
}

/** What has a say in one delivery. */
interface Known {
  readonly person: User | undefined;
  readonly chosen: Choices;
  readonly category: Category;
  readonly type: NotificationType | undefined;
  readonly now: Date;
}

/** Never, where there is no such moment, or where it comes when the message is of no use any more. */
function waitUntil(
  until: Date | null,
  holdReason: 'paused' | 'quiet_hours',
  { expiresAt }: Claimed,
  now: Date,
  rule: Rule | undefined,
): Objection {
  const noted = rule && { rule };
  if (!until) return { status: 'skipped', reason: holdReason, ...noted };
  if (expiresAt && until >= expiresAt) {
    return { status: 'skipped', reason: 'expired', rule: tooLate(until, expiresAt) };
  }
  return { status: 'pending', holdReason, delay: (+until - +now) / 1000, ...noted };
}
