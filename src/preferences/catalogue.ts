import type { EntityManager } from 'typeorm';
import type { User } from '../users/user.entity.js';

/** A thing of a person's at which a channel reaches them. */
export interface Device {
  readonly id: string;
  readonly name: string;
  readonly since: Date;
  /** When something was last sent there; null where nothing was. */
  readonly lastUsed: Date | null;
  /** Nothing is sent there until the person turns it on anew. */
  readonly asleep: boolean;
}

interface Devices {
  /** Newest first. */
  of(userId: string): Promise<readonly Device[]>;
  /** The name of what was removed; undefined where the person has no such device. */
  remove(
    tx: Pick<EntityManager, 'query'>,
    userId: string,
    id: string,
  ): Promise<Pick<Device, 'name'> | undefined>;
}

/** What silence means: `always` asks nobody, `opt-in` waits for a yes, `opt-out` goes until a no. */
export interface ChannelTerms {
  readonly name: string;
  readonly consent: 'always' | 'opt-in' | 'opt-out';
  /** Its name for people, as `SMS`; without it they read `name`. */
  mode?(): { readonly label: string };
  /** Where it would reach the person. */
  addressesOf?(person: User): string[];
  /** The person's own list of where it reaches them; absent where there is no such thing. */
  readonly devices?: Devices;
}

export interface CategoryTerms {
  readonly name: string;
  /** For people: `Order updates`. */
  readonly display: string;
  /** True where a message must offer a way out. */
  readonly optional: boolean;
  readonly consent: 'opt-in' | 'opt-out';
  /** The flat names of its cells by channel; `default` for all others, with `{channel}` filled in. */
  readonly preferenceNames: Readonly<Record<string, string>>;
}

/** Why an address must not be used; `stopped` is the person's own word, which a START takes back. */
export type ClosedReason = 'unreachable' | 'invalid' | 'stopped' | 'complaint' | 'manual';

/** What can be chosen: the rows and the columns of everybody's matrix. */
export abstract class PreferenceCatalogue {
  abstract channels(): readonly ChannelTerms[];
  abstract categories(): Promise<readonly CategoryTerms[]>;
  /** The locales in which there are words (BCP 47). */
  abstract locales(): Promise<readonly string[]>;
  /** Why nothing may be sent to the person by a channel, whatever they choose; by the names of such channels. */
  abstract closedFor(person: User): Promise<ReadonlyMap<string, ClosedReason>>;
}
