import { IsInt, IsOptional, Max, Min } from 'class-validator';

const YEAR = 31_536_000;

export class PreferenceLinkRequest {
  /** How long the link is good for, in seconds: a minute to a year; an hour, when it is not said. */
  @IsOptional()
  @IsInt()
  @Min(60)
  @Max(YEAR)
  expires_in?: number;
}

/** A link to a person's own page. Whoever holds it may change everything there. */
export class PreferenceLinkView {
  user_id!: string;
  url!: string;
  expires_at!: Date;
}
