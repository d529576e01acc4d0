import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow, service } from '../auth/allow.js';
import { PreferenceLinks } from '../preferences/preference.links.js';
import { UsersService } from '../users/users.service.js';
import { PreferenceLinkRequest, PreferenceLinkView } from './preference.links.dto.js';

const HOUR = 3600;

@ApiTags('Users')
@Controller('users/:id/preference_links')
export class PreferenceLinksController {
  constructor(
    private readonly links: PreferenceLinks,
    private readonly users: UsersService,
  ) {}

  /** Makes a link to the person's own page of preferences. It opens without a password until it ends. */
  @Post()
  @HttpCode(201)
  @Allow(service('users:write'))
  async create(
    @Param('id') id: string,
    @Body() { expires_in = HOUR }: PreferenceLinkRequest,
  ): Promise<PreferenceLinkView> {
    await this.users.get(id);
    const { url, expiresAt } = this.links.linkFor(id, expires_in);
    return Object.assign(new PreferenceLinkView(), { user_id: id, url, expires_at: expiresAt });
  }
}
