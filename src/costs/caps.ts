import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { percentOf } from './admission.js';
import type { Allowance, Limit } from './limit.js';
import { Limits } from './limits.js';
import { decimalOf, moneyOf } from './money.js';

/** How much of one cap is used in the window that is open. */
export interface CapState {
  readonly cap: string;
  /** Whose it is: a person's id or a category; empty where it is everybody's. */
  readonly key: string;
  readonly startsAt: Date;
  /** When it begins anew. */
  readonly endsAt: Date;
  /** Exact decimals as text; null where the cap is not in money. */
  readonly money: { readonly used: string; readonly allowed: string; readonly currency: string } | null;
  readonly messages: { readonly used: number; readonly allowed: number } | null;
  /** Of the fuller of the two, rounded down. */
  readonly percent: number;
}

interface Row {
  readonly scope: string;
  readonly key: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly money: string;
  readonly messages: number;
}

/* Of the caps of people only those that were told of: there are as many as people. */
const STATES = `
  SELECT w.scope, coalesce(s.key, '') AS key, w.starts_at AS "startsAt",
         (date_trunc(w.span, now() AT TIME ZONE $2) + ('1 ' || w.span)::interval) AT TIME ZONE $2 AS "endsAt",
         coalesce(s.money, 0) AS money, coalesce(s.messages, 0) AS messages
    FROM (SELECT r.*, date_trunc(r.span, now(), $2) AS starts_at
            FROM jsonb_to_recordset($1::jsonb) AS r(scope text, span text, subject text)) AS w
    LEFT JOIN spending s ON s.scope = w.scope AND s.starts_at = w.starts_at AND (w.subject <> 'user' OR s.alerted > 0)
   WHERE s.key IS NOT NULL OR w.subject = 'all'
   ORDER BY w.scope, s.alerted DESC, s.key LIMIT 200`;

/** The caps, read. */
@Injectable()
export class Caps {
  constructor(
    private readonly database: DataSource,
    private readonly limits: Limits,
  ) {}

  /** The open windows of the caps that are set; of people only those that were told of. */
  async states(): Promise<CapState[]> {
    const caps = this.limits.set.filter(({ rule }) => rule === 'cap');
    if (caps.length === 0) return [];
    const rows = await this.database.query<Row[]>(STATES, [JSON.stringify(caps), this.limits.timeZone]);
    return rows.flatMap((row) => {
      const cap = caps.find(({ scope }) => scope === row.scope);
      const allowed = cap && this.limits.allowanceOf(cap.scope, row.key);
      return cap && allowed ? [this.stateOf(cap, row, allowed)] : [];
    });
  }

  /** The same without those of people: there are as many as categories. */
  async ofAll(): Promise<CapState[]> {
    return (await this.states()).filter(({ cap }) => !cap.startsWith('user_'));
  }

  private stateOf({ scope }: Limit, row: Row, allowed: Allowance): CapState {
    const { key, startsAt, endsAt, messages } = row;
    const used = moneyOf(row.money);
    const currency = this.limits.currency ?? '';
    return {
      cap: scope,
      key,
      startsAt,
      endsAt,
      money:
        allowed.money === undefined
          ? null
          : { used: decimalOf(used), allowed: decimalOf(allowed.money), currency },
      messages: allowed.messages === undefined ? null : { used: messages, allowed: allowed.messages },
      percent: percentOf({ money: used, messages }, allowed),
    };
  }
}
