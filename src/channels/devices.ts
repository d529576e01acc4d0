import type { EntityManager } from 'typeorm';

/** A thing of a person's at which a channel reaches them, as they see it themselves. */
export interface Device {
  readonly id: string;
  readonly name: string;
  readonly since: Date;
  /** When something was last sent there; null where nothing was. */
  readonly lastUsed: Date | null;
  /** Nothing is sent there until the person turns it on anew. */
  readonly asleep: boolean;
}

/** The list of such things, which is the person's own. */
export interface Devices {
  /** Newest first. */
  of(userId: string): Promise<readonly Device[]>;
  /** The name of what was removed; undefined where the person has no such device. */
  remove(
    tx: Pick<EntityManager, 'query'>,
    userId: string,
    id: string,
  ): Promise<Pick<Device, 'name'> | undefined>;
}
