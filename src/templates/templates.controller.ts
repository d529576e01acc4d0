import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiConflictResponse } from '@nestjs/swagger';
import { Allow, staff } from '../auth/allow.js';
import { type Caller, CurrentCaller, nameOf } from '../auth/caller.js';
import { ApiPage } from '../http/page.dto.js';
import { RequestUrl } from '../http/page.js';
import {
  ChangedWords,
  LocaleQuery,
  LocalesQuery,
  NewTemplate,
  PreviewTemplate,
  RollBack,
  TemplatesQuery,
  VersionsQuery,
} from './template.dto.js';
import { TemplateEditor } from './template.editor.js';
import { TemplatePreviewer } from './template.previewer.js';
import { TemplateReader } from './template.reader.js';
import { ActivationView, TemplateView, VersionView } from './template.view.js';

/** The words of all types. The second path is the one that clients of the Django service use. */
@Controller(['notifications/templates', 'notifications/notifications/templates'])
export class TemplatesController {
  constructor(
    private readonly reader: TemplateReader,
    private readonly editor: TemplateEditor,
    private readonly previewer: TemplatePreviewer,
  ) {}

  /** Lists all templates, by type and locale. */
  @Get()
  @Allow(staff('templates:read'))
  @ApiPage(TemplateView)
  list(@Query() query: TemplatesQuery, @RequestUrl() url: string) {
    return this.reader.list(query, url);
  }

  /** Adds the first words of a type in a locale. With a category also a new type. */
  @Post()
  @Allow(staff('templates:write'))
  @ApiConflictResponse({ description: 'There are words in this language already: change them.' })
  async create(@Body() given: NewTemplate, @CurrentCaller() caller: Caller) {
    const { type, locale } = await this.editor.create(given, nameOf(caller));
    return this.reader.one(type, locale);
  }

  /** Shows the words of a type, in English unless a locale is asked for. */
  @Get(':type')
  @Allow(staff('templates:read'))
  get(@Param('type') type: string, @Query() { locale }: LocaleQuery) {
    return this.reader.one(type, locale);
  }

  /** Changes words. A new version is made and used from now on. */
  @Patch(':type')
  @Allow(staff('templates:write'))
  async change(
    @Param('type') type: string,
    @Query() query: LocaleQuery,
    @Body() changes: ChangedWords,
    @CurrentCaller() caller: Caller,
  ) {
    const { locale } = await this.editor.change(type, query.locale, changes, nameOf(caller));
    return this.reader.one(type, locale);
  }

  /** Deletes the words. They are switched off and kept, because notifications refer to them. */
  @Delete(':type')
  @HttpCode(204)
  @Allow(staff('templates:write'))
  async remove(@Param('type') type: string, @Query() { locale }: LocalesQuery): Promise<void> {
    await this.editor.setActive(type, locale, false);
  }

  /** Uses the words again. */
  @Post(':type/activate')
  @HttpCode(200)
  @Allow(staff('templates:write'))
  async activate(@Param('type') type: string, @Query() { locale }: LocalesQuery): Promise<ActivationView> {
    return { type, active: true, locales: await this.editor.setActive(type, locale, true) };
  }

  /** Switches the words off. Nothing of this type is sent any more, or not in this language. */
  @Post(':type/deactivate')
  @HttpCode(200)
  @Allow(staff('templates:write'))
  async deactivate(@Param('type') type: string, @Query() { locale }: LocalesQuery): Promise<ActivationView> {
    return { type, active: false, locales: await this.editor.setActive(type, locale, false) };
  }

  /** Shows what would be sent. With the type's example or a given context, and with changed words before they are saved. */
  @Post(':type/preview')
  @HttpCode(200)
  @Allow(staff('templates:read'))
  preview(@Param('type') type: string, @Body() request: PreviewTemplate) {
    return this.previewer.preview(type, request);
  }

  /** Lists all words there have been, the newest first. */
  @Get(':type/versions')
  @Allow(staff('templates:read'))
  @ApiPage(VersionView)
  versions(@Param('type') type: string, @Query() query: VersionsQuery, @RequestUrl() url: string) {
    return this.reader.versions(type, query, url);
  }

  /** Uses the words of an old version again, as a new version. */
  @Post(':type/rollback')
  @HttpCode(200)
  @Allow(staff('templates:write'))
  async rollBack(
    @Param('type') type: string,
    @Query() query: LocaleQuery,
    @Body() { version }: RollBack,
    @CurrentCaller() caller: Caller,
  ) {
    const { locale } = await this.editor.rollBack(type, query.locale, version, nameOf(caller));
    return this.reader.one(type, locale);
  }
}
