import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';

/** What every list understands. */
export class PageQuery {
  /** How many results a page holds. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(100)
  limit: number = 20;

  /** Where the page begins: taken from `next` or `previous`, never made up. */
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  cursor?: string;

  /** The page by number, with a `count`; slower than cursors, for clients that know no others. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(10_000)
  page?: number;
}
