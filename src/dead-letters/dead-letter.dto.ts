import { IsBoolean, IsInt, IsOptional, IsUUID, Max, Min } from 'class-validator';
import { DeliveryFilter } from '../deliveries/delivery.dto.js';

export class RetryDelivery {
  /** Also when it may have arrived, or when the provider refused the words. */
  @IsOptional()
  @IsBoolean()
  force: boolean = false;
}

/** Which failed deliveries: all that the filters leave. */
export class RetryDeliveries extends DeliveryFilter {
  /** Counts and shows, and changes nothing. */
  @IsOptional()
  @IsBoolean()
  dry_run: boolean = false;

  /** Also what may have arrived, and what the provider refused for its words. */
  @IsOptional()
  @IsBoolean()
  force: boolean = false;

  /** How many are looked at in this call. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1000)
  limit: number = 1000;

  /** Goes on where an earlier answer ended: its `next`. */
  @IsOptional()
  @IsUUID()
  after?: string;
}
