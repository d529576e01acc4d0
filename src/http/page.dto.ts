import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, getSchemaPath } from '@nestjs/swagger';
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

const link = (direction: string) => ({
  type: 'string',
  nullable: true,
  description: `The path of the ${direction} page; null when there is none.`,
});

/** Describes what `Seek.page` returns: one page of a list of these. */
export const ApiPage = (item: Type) =>
  applyDecorators(
    ApiExtraModels(item),
    ApiOkResponse({
      schema: {
        type: 'object',
        title: item.name.replace(/View$/, 'Page'),
        required: ['results', 'next', 'previous'],
        properties: {
          results: { type: 'array', items: { $ref: getSchemaPath(item) } },
          next: link('next'),
          previous: link('previous'),
          count: { type: 'integer', description: 'How many there are in all; only for `?page=N`.' },
        },
      },
    }),
  );
