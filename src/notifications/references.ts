import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { rowsOf } from '../deliveries/rows.js';

/** Crockford's base 32: no I, L, O, U, so that a reference survives being read over the telephone. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 8;
const SPACE = 32n ** BigInt(LENGTH);
/** Odd, so that multiplying by it modulo a power of two visits every number once: scattered, never doubled. */
const STRIDE = 668_265_263_207n;
/** How many numbers one round trip takes; the sequence's own increment. */
const BLOCK = 1000;

/** Numbers the notifications of this process out of blocks that Postgres hands out. */
@Injectable()
export class References {
  private next = 0n;
  private left = 0;

  constructor(private readonly database: DataSource) {}

  /** So many references for notifications of this day: `NOTIF20261123` and eight characters, unique for good. */
  async take(count: number, day: Date): Promise<string[]> {
    const references: string[] = [];
    while (references.length < count) {
      if (this.left === 0) await this.refill();
      for (; this.left > 0 && references.length < count; this.left -= 1, this.next += 1n) {
        references.push(referenceOf(this.next, day));
      }
    }
    return references;
  }

  private async refill(): Promise<void> {
    const answer: unknown = await this.database.query(
      `SELECT nextval('notification_reference_seq') AS first`,
    );
    const first = BigInt(rowsOf<{ first: string }>(answer)[0]?.first ?? 0);
    // Two calls may wait at once: the later answer wins, the earlier block is left unused.
    this.next = first;
    this.left = BLOCK;
  }
}

export function referenceOf(number: bigint, day: Date): string {
  let rest = (number * STRIDE) % SPACE;
  let code = '';
  for (let place = 0; place < LENGTH; place += 1, rest /= 32n)
    code = (DIGITS[Number(rest % 32n)] ?? '0') + code;
  return `NOTIF${day.toISOString().slice(0, 10).replaceAll('-', '')}${code}`;
}
