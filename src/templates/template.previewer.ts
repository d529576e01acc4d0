import { Injectable } from '@nestjs/common';
import { ChannelWords } from './channel.words.js';
import { changedWords } from './changed.words.js';
import { withUser } from './example.user.js';
import { refused } from './refused.js';
import { compileWords } from './renderer.js';
import type { PreviewTemplate } from './template.dto.js';
import { TemplateReader } from './template.reader.js';
import type { PreviewView } from './template.view.js';
import { TemplatesService } from './templates.service.js';

/** Shows what a template would say, before it is saved or sent. */
@Injectable()
export class TemplatePreviewer {
  constructor(
    private readonly templates: TemplatesService,
    private readonly reader: TemplateReader,
    private readonly channels: ChannelWords,
  ) {}

  /** With the type's example unless a context is given; words in the request are tried instead of the stored ones. */
  async preview(type: string, { locale: asked, context, ...changes }: PreviewTemplate): Promise<PreviewView> {
    const { example } = await this.templates.typeOf(type);
    const stored = await this.reader.one(type, asked);
    const { locale, version, title, message, action_url: actionUrl, channels, options } = stored;
    const before = { title, message, actionUrl, channels, options };
    const words = changedWords(before, changes, this.channels.wrongOptions);
    const wanted = Object.entries(words.channels).map(([channel, parts]) => ({
      channel,
      parts: Object.keys(parts),
    }));
    const filled = this.templates.fill(compiled(words), locale, withUser(context ?? example), wanted);
    return {
      type,
      locale,
      version,
      title: filled.title,
      message: filled.message,
      action_url: filled.actionUrl,
      channels: filled.parts,
    };
  }
}

function compiled(words: Parameters<typeof compileWords>[0]) {
  try {
    return compileWords(words);
  } catch (error) {
    throw refused(error, 'The template cannot be used');
  }
}
