import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What one limit has counted for one key (a person, a category, an address, everything) in one window. */
@Entity('spending')
@Index('spending_starts_idx', ['startsAt'])
export class SpendingCounter {
  @PrimaryColumn('text') scope!: string;
  @PrimaryColumn('text') key!: string;
  @PrimaryColumn('timestamptz', { name: 'starts_at' }) startsAt!: Date;
  /** Exact decimal as text, in the currency of the caps: estimated, and corrected when the price is known. */
  @Column('numeric', { precision: 14, scale: 5, default: 0 }) money!: string;
  @Column('integer', { default: 0 }) messages!: number;
  /** The highest level that was told of, in percent; 0 while it is none. */
  @Column('smallint', { default: 0 }) alerted!: number;
}
