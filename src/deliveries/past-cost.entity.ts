import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What deliveries that are gone have cost: those of a quarter of an hour that have the rest in common, added up. */
@Entity('past_costs')
export class PastCost {
  /** A day of any time zone begins with a quarter of an hour. */
  @PrimaryColumn('timestamptz', { name: 'starts_at' }) startsAt!: Date;
  @PrimaryColumn('text') type!: string;
  @PrimaryColumn('text') category!: string;
  @PrimaryColumn('text') channel!: string;
  /** ISO 3166; `unknown` where nobody knew. */
  @PrimaryColumn('text') country!: string;
  @PrimaryColumn('text') provider!: string;
  /** ISO 4217, of every amount; empty where nothing was priced. */
  @PrimaryColumn('text') currency!: string;
  @Column('integer') messages!: number;
  @Column('integer') segments!: number;
  @Column('integer') delivered!: number;
  /** Messages whose price nobody has named. */
  @Column('integer') unsettled!: number;
  /** Exact decimal as text, as the other amounts. */
  @Column('numeric', { precision: 20, scale: 5 }) estimated!: string;
  @Column('numeric', { precision: 20, scale: 5 }) settled!: string;
  /** What was charged, and what was estimated where no price was named. */
  @Column('numeric', { precision: 20, scale: 5 }) expected!: string;
}
