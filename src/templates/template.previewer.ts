import { Injectable } from '@nestjs/common';
import type { NotificationType } from './catalogue.js';
import { ChannelWords, type Proof } from './channel.words.js';
import { changedWords } from './changed.words.js';
import { withUser } from './example.user.js';
import { refused } from './refused.js';
import { compileWords } from './renderer.js';
import type { Context } from './run.js';
import type { PreviewTemplate } from './template.dto.js';
import { TemplateReader } from './template.reader.js';
import type { PreviewView, ProofView } from './template.view.js';
import { TemplatesService } from './templates.service.js';
import type { WordOptions } from './words.js';

type Parts = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Shows what a template would say, before it is saved or sent. */
@Injectable()
export class TemplatePreviewer {
  constructor(
    private readonly templates: TemplatesService,
    private readonly reader: TemplateReader,
    private readonly channels: ChannelWords,
  ) {}

  /** With the type's example unless a context is given; words in the request are tried instead of the stored ones. */
  async preview(name: string, { locale: asked, context, ...changes }: PreviewTemplate): Promise<PreviewView> {
    const type = await this.templates.typeOf(name);
    const stored = await this.reader.one(name, asked);
    const { locale, version, title, message, action_url: actionUrl, channels, options } = stored;
    const before = { title, message, actionUrl, channels, options };
    const words = changedWords(before, changes, this.channels.wrongOptions);
    const wanted = Object.entries(words.channels).map(([channel, parts]) => ({
      channel,
      parts: Object.keys(parts),
    }));
    const full = withUser(context ?? type.example);
    const filled = this.templates.fill(compiled(words), locale, full, wanted);
    return {
      type: name,
      locale,
      version,
      title: filled.title,
      message: filled.message,
      action_url: filled.actionUrl,
      ...this.proofsOf(type, locale, filled.parts, words.options ?? {}, full),
    };
  }

  private proofsOf(
    type: NotificationType,
    locale: string,
    parts: Parts,
    options: WordOptions,
    { user }: Context,
  ) {
    const channels: Record<string, Readonly<Record<string, string>>> = {};
    const proofs: Record<string, ProofView> = {};
    for (const [channel, content] of Object.entries(parts)) {
      const { name: category, optional } = type.category;
      const about = { locale, type: type.name, category, priority: type.priority, optional, user };
      const proof = this.channels.proofOf(channel, { content, options: options[channel] ?? {}, ...about });
      channels[channel] = { ...content, ...proof?.content };
      if (proof) proofs[channel] = proofView(proof);
    }
    return { channels, proofs };
  }
}

const proofView = ({ estimate, changes = [], refusal }: Proof): ProofView => ({
  segments: estimate.segments ?? null,
  encoding: estimate.encoding ?? null,
  estimated_price: estimate.price ?? null,
  estimated_unit: estimate.currency ?? null,
  changes: changes.map((change) => ({ ...change, replaced: [...change.replaced] })),
  refusal: refusal ? { rule: refusal.rule, detail: refusal.detail } : null,
});

function compiled(words: Parameters<typeof compileWords>[0]) {
  try {
    return compileWords(words);
  } catch (error) {
    throw refused(error, 'The template cannot be used');
  }
}
