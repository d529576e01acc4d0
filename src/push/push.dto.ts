import { Type } from 'class-transformer';
import {
  IsNumber,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  ValidateBy,
  ValidateNested,
} from 'class-validator';
import { KeepNull } from '../http/validation.decorators.js';
import { isPublicKey } from './vapid.keys.js';

const IsSubscriptionKey = () =>
  ValidateBy({
    name: 'subscriptionKey',
    validator: {
      validate: (value) => typeof value === 'string' && isPublicKey(value),
      defaultMessage: () => '$property must be the key as the browser gives it: 65 bytes in base64url',
    },
  });

export class SubscriptionKeys {
  /** The public key of the browser: 65 bytes, base64url. */
  @IsSubscriptionKey()
  p256dh!: string;

  /** A secret that it shares with us: 16 bytes, base64url. */
  @Matches(/^[\w-]{22}={0,2}$/, {
    message: '$property must be the secret as the browser gives it: 16 bytes in base64url',
  })
  auth!: string;
}

/** What `PushManager.subscribe()` gives, and a name for the person's own list. */
export class SubscribeRequest {
  /** Of a push service that is known here. */
  @IsString()
  endpoint!: string;

  /** As browsers give it. It is not kept: the push service says itself when a subscription has ended. */
  @IsOptional()
  @KeepNull()
  @IsNumber()
  expirationTime?: number | null;

  @ValidateNested()
  @Type(() => SubscriptionKeys)
  keys!: SubscriptionKeys;

  /**
   * What the browser subscribed with: `options.applicationServerKey` of the subscription, base64url. Another one than
   * `/vapid_public_key` gives is refused, since nothing could be sent there. Left out it counts as that one.
   */
  @IsOptional()
  @IsSubscriptionKey()
  application_server_key?: string;

  /**
   * How the person knows the device again; made of the browser's own name where it is left out.
   * @example "Firefox on Android"
   */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  device_name?: string;
}

/** A browser in which push is on. Its endpoint is a secret, and only the host is shown. */
export class SubscriptionView {
  readonly id!: string;
  /** @example "Firefox on Android" */
  readonly device_name!: string;
  /** @example "fcm.googleapis.com" */
  readonly endpoint_host!: string;
  readonly created_at!: Date;
  /** When something was last sent there, to the hour. */
  readonly last_used_at!: Date | null;
  /** The keys of the service have changed since: nothing is sent there until the browser subscribes anew. */
  readonly outdated!: boolean;
}

export class SubscriptionsView {
  /** Newest first. */
  readonly results!: SubscriptionView[];
}

export class VapidPublicKeyView {
  /** For `applicationServerKey` of `PushManager.subscribe()`: 65 bytes, base64url. */
  readonly public_key!: string;
}
