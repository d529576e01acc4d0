import {
  Column,
  CreateDateColumn,
  Entity,
  ForeignKey,
  PrimaryColumn,
  Unique,
  UpdateDateColumn,
} from 'typeorm';
import { NotificationTypeRow } from './notification-type.entity.js';

/** The words of a type in a locale: points at one of its versions. */
@Entity('templates')
@Unique('templates_type_locale_key', ['type', 'locale'])
export class Template {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'templates_pkey' }) id!: string;
  @ForeignKey(() => NotificationTypeRow, { name: 'templates_type_fkey' })
  @Column('text')
  type!: string;
  @Column('text') locale!: string;
  @Column('boolean', { default: true }) active!: boolean;
  @Column('integer') version!: number;
  @CreateDateColumn({ type: 'timestamptz', name: 'created_at', default: () => 'now()' }) createdAt!: Date;
  @UpdateDateColumn({ type: 'timestamptz', name: 'updated_at', default: () => 'now()' }) updatedAt!: Date;
}
