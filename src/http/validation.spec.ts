import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsEmail,
  IsIn,
  IsInt,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  MaxLength,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DomainError } from './domain.error.js';
import { readQuery } from './query.js';
import { KeepNull, ObjectAs } from './validation.decorators.js';
import { readBody } from './validation.pipe.js';

class Address {
  @IsString()
  @MaxLength(5)
  city!: string;
}

class Person {
  @IsOptional()
  @IsEmail()
  email?: string;

  @IsOptional()
  @KeepNull()
  @IsString()
  phone?: string | null;

  @IsOptional()
  @ValidateNested()
  @Type(() => Address)
  home?: Address;
}

class Base {
  @IsOptional()
  @IsInt()
  limit: number = 20;
}

class Order extends Base {
  @IsIn(['shirt', 'trousers'])
  item!: string;

  @ObjectAs(() => Person)
  @IsString()
  user!: string | Person;

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(3)
  @IsString({ each: true })
  tags?: string[];

  @IsOptional()
  @IsArray()
  @ValidateNested()
  @Type(() => Address)
  stops?: Address[];

  @IsOptional()
  @IsObject()
  context?: Record<string, unknown>;

  @ValidateIf(({ item }: Order) => item === 'trousers')
  @IsNumber()
  length?: number;

  @IsOptional()
  @IsString()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value))
  note?: string;

  @IsOptional()
  @IsString({ context: { code: 'order.strange' } })
  code?: string;
}

const good = { item: 'shirt', user: 'u1' };

function errorsOf(body: unknown) {
  try {
    readBody(Order, body);
    return [];
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    expect([error.status, error.code]).toEqual([422, 'request.invalid']);
    return error.errors.map(({ pointer, code }) => `${pointer} ${code}`);
  }
}

describe('a body', () => {
  it('becomes an instance of its class, with its nested ones and its defaults', () => {
    const order = readBody(Order, { ...good, user: { home: { city: 'Pune' } }, note: ' soon ' });
    expect(order).toBeInstanceOf(Order);
    expect(order.user).toBeInstanceOf(Person);
    expect((order.user as Person).home).toBeInstanceOf(Address);
    expect(order).toMatchObject({ limit: 20, note: 'soon' });
  });

  it('reads null in an optional field as absent, unless the field keeps it', () => {
    const order = readBody(Order, { ...good, tags: null, user: { email: null, phone: null } });
    expect(order).not.toHaveProperty('tags');
    expect(order.user).toEqual({ phone: null });
  });

  it.each<[unknown, string[]]>([
    [good, []],
    [{}, ['/item field.required', '/user field.required']],
    [{ ...good, item: 1 }, ['/item field.in']],
    [{ ...good, user: 7 }, ['/user field.string']],
    [{ ...good, user: null }, ['/user field.string']],
    [{ ...good, user: [] }, ['/user field.string']],
    [{ ...good, user: { email: 'x' } }, ['/user/email field.email']],
    [{ ...good, user: { emial: 'x' } }, ['/user/emial field.unknown']],
    [{ ...good, user: { home: 'Pune' } }, ['/user/home field.object']],
    [{ ...good, user: { home: [{ city: 'Pune' }] } }, ['/user/home field.object']],
    [{ ...good, user: { home: { city: 'Bengaluru' } } }, ['/user/home/city field.max-length']],
    [{ ...good, user: { home: { city: 5 } } }, ['/user/home/city field.string']],
    [{ ...good, limit: '20' }, ['/limit field.int']],
    [{ ...good, limit: true }, ['/limit field.int']],
    [{ ...good, tags: 'a' }, ['/tags field.array']],
    [{ ...good, tags: ['a', 5] }, ['/tags/1 field.string']],
    [{ ...good, tags: ['a', 'b', 'c', 'd'] }, ['/tags field.array-max-size']],
    [
      { ...good, stops: [{ city: 'Pune' }, { town: 'x' }] },
      ['/stops/1/town field.unknown', '/stops/1/city field.required'],
    ],
    [{ ...good, stops: [1] }, ['/stops/0 field.object']],
    [{ ...good, stops: { city: 'Pune' } }, ['/stops field.array']],
    [{ ...good, context: [] }, ['/context field.object']],
    [{ ...good, item: 'trousers' }, ['/length field.required']],
    [{ ...good, code: 5 }, ['/code order.strange']],
    [{ ...good, 'a/b~c': 1 }, ['/a~1b~0c field.unknown']],
    [{ ...good, toString: 1 }, ['/toString field.unknown']],
  ])('%j is told %j', (body, errors) => {
    expect(errorsOf(body)).toEqual(errors);
  });

  it('hears which word was probably meant', () => {
    const detailOf = (body: object) => {
      try {
        readBody(Order, body);
        return '';
      } catch (error) {
        return (error as DomainError).detail;
      }
    };
    expect(detailOf({ ...good, contxt: {} })).toContain('Did you mean "context"?');
    expect(detailOf({ ...good, item: 'shrit' })).toContain('Did you mean "shirt"?');
    expect(detailOf({ ...good, zzzzzz: 1 })).toContain('Known: ');
  });

  it('is either read or refused with pointers, whatever it is', () => {
    const keys = fc.constantFrom(
      'item',
      'user',
      'tags',
      'stops',
      'limit',
      'context',
      'length',
      'note',
      'x',
      '__proto__',
    );
    const wild = fc.dictionary(keys, fc.jsonValue(), { maxKeys: 6 });
    fc.assert(
      fc.property(fc.oneof(wild, fc.jsonValue()), (body) => {
        try {
          return readBody(Order, body) instanceof Order;
        } catch (error) {
          return error instanceof DomainError && error.errors.length > 0 && error.errors.length <= 20;
        }
      }),
      { numRuns: 1000 },
    );
  });
});

class Filter {
  @IsOptional()
  @IsInt()
  limit: number = 20;

  @IsOptional()
  @IsArray()
  @IsIn(['sms', 'email'], { each: true })
  channels?: string[];

  @IsOptional()
  @IsString()
  type?: string;
}

describe('a query', () => {
  const read = (text: string) => {
    const query: Record<string, string | string[]> = {};
    for (const [name, value] of new URLSearchParams(text)) {
      const before = query[name];
      query[name] = before === undefined ? value : [before, value].flat();
    }
    return readQuery(Filter, query);
  };

  it('is read by the declared types', () => {
    expect(read('limit=5&channels=sms,email&type=7')).toEqual({
      limit: 5,
      channels: ['sms', 'email'],
      type: '7',
    });
    expect(read('channels=sms&channels=email&type=')).toEqual({ limit: 20, channels: ['sms', 'email'] });
    expect(read('')).toEqual({ limit: 20 });
  });

  it.each(['limit=five', 'limit=1e3', 'limit=5.5', 'channels=fax', 'type=a&type=b', 'typ=a'])(
    '%s is refused',
    (text) => {
      expect(() => read(text)).toThrow(DomainError);
    },
  );
});
