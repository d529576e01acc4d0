import { Injectable } from '@nestjs/common';
import { ChannelRegistry } from '../channels/channel.registry.js';
import { type CategoryTerms, type ChannelTerms, PreferenceCatalogue } from '../preferences/catalogue.js';
import { TemplatesService } from '../templates/templates.service.js';

/** What people can choose among: the channels of this process and the categories of the templates. */
@Injectable()
export class Catalogue extends PreferenceCatalogue {
  constructor(
    private readonly registry: ChannelRegistry,
    private readonly templates: TemplatesService,
  ) {
    super();
  }

  override channels(): readonly ChannelTerms[] {
    return this.registry.all();
  }

  override categories(): Promise<readonly CategoryTerms[]> {
    return this.templates.categories();
  }
}
