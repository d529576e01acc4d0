import { DeliveryMetadata } from '../channels/channel.view.js';

/** `metadata.email` of a notification: how its mail fares. */
export class EmailMetadata extends DeliveryMetadata {
  /** The Message-ID. */
  readonly message_id!: string | null;
  /** Null where it was erased with the words. @example "asha@example.com" */
  readonly to!: string | null;
}

/** What clients of the Django service read. */
export class EmailFields {
  readonly email_sent!: boolean;
  readonly email_sent_at!: Date | null;
}
