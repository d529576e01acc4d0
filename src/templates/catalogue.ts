import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Words } from './words.js';

/** A part of every day; one that ends at or before its beginning goes over midnight. */
export interface Hours {
  /** `HH:MM` on the clock of the time zone. */
  readonly from: string;
  /** Also `24:00`. */
  readonly to: string;
  readonly timeZone: string;
}

/** One channel of several that stand in for each other. */
export interface ChainStep {
  readonly channel: string;
  /** When it goes: the one before it has failed, or began so many seconds ago. */
  readonly after: 'failed' | number;
  /** What by then makes it needless. */
  readonly unless: 'delivered' | 'read';
}

/** A kind of message that a person may want or not. */
export interface Category {
  readonly name: string;
  readonly display: string;
  /** It may be unsubscribed with one click. */
  readonly optional: boolean;
  /** What silence means. */
  readonly consent: 'opt-in' | 'opt-out';
  /** What happens when a provider's answer is lost: ask and send again, or never twice. */
  readonly guarantee: 'at_least_once' | 'at_most_once';
  /** By channel: the flat name of the preference; `default` for all others. */
  readonly preferenceNames: Readonly<Record<string, string>>;
  readonly position: number;
  /** Advertising, for which the law has hours of its own. */
  readonly promotional: boolean;
  /** When it may interrupt; null: at any time. */
  readonly hours: Hours | null;
  /** How long its messages are useful, in seconds; null: without end. */
  readonly validFor: number | null;
}

/** Something that can be told, with what is decided for its whole category. */
export interface NotificationType {
  readonly name: string;
  readonly display: string;
  readonly category: Category;
  readonly priority: 'critical' | 'normal' | 'bulk';
  /** How long it is useful, in seconds; null: as its category says. */
  readonly validFor: number | null;
  /** Channels that stand in for each other, in their order; those that are not named go beside them. */
  readonly chain: readonly ChainStep[];
  /** A context that fills its words in. */
  readonly example: Readonly<Record<string, unknown>>;
}

/** The words of a type in a locale, as they are at present. */
export interface CurrentTemplate {
  readonly id: string;
  readonly type: string;
  readonly locale: string;
  readonly active: boolean;
  readonly version: number;
  readonly versionId: string;
  readonly words: Words;
}

/** Everything that sending needs to know of types and words, at one moment. */
export interface Snapshot {
  readonly categories: readonly Category[];
  readonly types: ReadonlyMap<string, NotificationType>;
  /** By type, then by locale. */
  readonly templates: ReadonlyMap<string, ReadonlyMap<string, CurrentTemplate>>;
  readonly fingerprint: string;
}

/** How long another process may still use the words of before. */
const LOOK_EVERY = 2_000;

/**
 * Types, categories and current words in memory: sending asks the database for none of them. A change made here shows
 * at once, one made by another process within two seconds: a fingerprint of the three small tables is compared. That
 * needs no connection of its own and cannot miss a message, as LISTEN could while it reconnects.
 */
@Injectable()
export class TemplateCatalogue implements OnApplicationShutdown {
  private readonly logger = new Logger('Templates');
  private snapshot: Promise<Snapshot> | undefined;
  private first: Promise<Snapshot> | undefined;
  private last: Promise<unknown> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(private readonly db: DataSource) {}

  /** From memory, except the first time. */
  current(): Promise<Snapshot> {
    if (this.snapshot) return this.snapshot;
    this.first ??= this.renew().finally(() => {
      this.first = undefined;
    });
    return this.first;
  }

  /** Reads everything again. One reading after the other, so that an older one never wins. */
  renew(): Promise<Snapshot> {
    const reading = this.last.then(() => this.read());
    this.last = reading.catch(() => undefined);
    return reading;
  }

  onApplicationShutdown(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  private async read(): Promise<Snapshot> {
    const [row] = await this.db.query<[Row]>(READ);
    const snapshot = snapshotOf(row);
    this.snapshot = Promise.resolve(snapshot);
    this.timer ??= this.lookLater();
    return snapshot;
  }

  private lookLater(): NodeJS.Timeout | undefined {
    if (this.closed) return undefined;
    return setTimeout(() => void this.look(), LOOK_EVERY).unref();
  }

  /** While the database is away, the words in memory serve on. */
  private async look(): Promise<void> {
    try {
      const [row] = await this.db.query<[{ fingerprint: string }]>(`SELECT ${FINGERPRINT} AS fingerprint`);
      if (row.fingerprint !== (await this.current()).fingerprint) await this.renew();
    } catch (error) {
      if (!this.closed) this.logger.debug(`Could not look for changed templates: ${String(error)}`);
    }
    this.timer = this.lookLater();
  }
}

interface Row {
  readonly categories: readonly Category[];
  readonly types: readonly (Omit<NotificationType, 'category'> & { readonly category: string })[];
  readonly templates: readonly CurrentTemplate[];
  readonly fingerprint: string;
}

/** Of whole rows, so that no change can hide behind a clock. */
const FINGERPRINT = `md5(concat(
  (SELECT string_agg(c::text, '|' ORDER BY c.name) FROM categories c),
  (SELECT string_agg(n::text, '|' ORDER BY n.name) FROM notification_types n),
  (SELECT string_agg(t::text, '|' ORDER BY t.id) FROM templates t)))`;

/** One statement sees one moment. */
const READ = `
  SELECT ${FINGERPRINT} AS fingerprint,
    (SELECT coalesce(json_agg(json_build_object('name', name, 'display', display, 'optional', optional,
        'consent', consent, 'guarantee', guarantee, 'preferenceNames', preference_names, 'position', position,
        'promotional', promotional, 'hours', hours, 'validFor', valid_for)
        ORDER BY position, name), '[]') FROM categories) AS categories,
    (SELECT coalesce(json_agg(json_build_object('name', n.name, 'display', n.display, 'category', n.category,
        'priority', n.priority, 'validFor', n.valid_for, 'chain', n.chain, 'example', n.example) ORDER BY c.position, n.position, n.name), '[]')
      FROM notification_types n JOIN categories c ON c.name = n.category) AS types,
    (SELECT coalesce(json_agg(json_build_object('id', t.id, 'type', t.type, 'locale', t.locale, 'active', t.active,
        'version', t.version, 'versionId', v.id, 'words', v.words)), '[]')
      FROM templates t JOIN template_versions v ON v.template_id = t.id AND v.version = t.version) AS templates`;

function snapshotOf({ categories, types, templates, fingerprint }: Row): Snapshot {
  const byName = new Map(categories.map((category) => [category.name, category]));
  const byType = new Map<string, Map<string, CurrentTemplate>>();
  for (const template of templates) {
    const byLocale = byType.get(template.type) ?? new Map<string, CurrentTemplate>();
    byType.set(template.type, byLocale.set(template.locale, template));
  }
  return {
    categories,
    types: new Map(
      types.flatMap(({ category: name, ...type }) => {
        const category = byName.get(name);
        return category ? [[type.name, { ...type, category }] as const] : [];
      }),
    ),
    templates: byType,
    fingerprint,
  };
}
