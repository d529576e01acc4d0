import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { TemplateCatalogue } from './catalogue.js';
import { CategoryRow } from './category.entity.js';
import { NotificationTypeRow } from './notification-type.entity.js';
import { TemplateEditor } from './template.editor.js';
import { Template } from './template.entity.js';
import { TemplateLoader } from './template.loader.js';
import { TemplatePreviewer } from './template.previewer.js';
import { TemplateReader } from './template.reader.js';
import { TemplateVersion } from './template-version.entity.js';
import { TemplatesController } from './templates.controller.js';
import { TemplatesService } from './templates.service.js';

/** What can be told, and how it is worded. */
@Module({
  imports: [TypeOrmModule.forFeature([CategoryRow, NotificationTypeRow, Template, TemplateVersion])],
  controllers: [TemplatesController],
  providers: [
    TemplateCatalogue,
    TemplateLoader,
    TemplatesService,
    TemplateReader,
    TemplateEditor,
    TemplatePreviewer,
  ],
  exports: [TemplatesService],
})
export class TemplatesModule {}
