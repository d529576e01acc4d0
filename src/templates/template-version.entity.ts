import { Check, Column, CreateDateColumn, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';
import { Template } from './template.entity.js';
import type { Words } from './words.js';

/** Words as they were written once. Never changed: a notification keeps which version it used. */
@Entity('template_versions')
@Unique('template_versions_template_version_key', ['templateId', 'version'])
@Check('template_versions_source_check', `source IN ('file', 'operator')`)
export class TemplateVersion {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'template_versions_pkey' }) id!: string;
  @ForeignKey(() => Template, { name: 'template_versions_template_id_fkey', onDelete: 'CASCADE' })
  @Column('uuid', { name: 'template_id' })
  templateId!: string;
  @Column('integer') version!: number;
  @Column('jsonb') words!: Words;
  @Column('text') checksum!: string;
  /** Loaded from templates/*.yaml, or written through the API. */
  @Column('text') source!: 'file' | 'operator';
  @Column('text', { nullable: true }) author!: string | null;
  @CreateDateColumn({ type: 'timestamptz', name: 'created_at', default: () => 'now()' }) createdAt!: Date;
}
