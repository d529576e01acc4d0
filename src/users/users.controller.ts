import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { Allow, service } from '../auth/allow.js';
import { TokensService } from '../auth/tokens.service.js';
import { UserTokens } from '../auth/user-tokens.js';
import { notFound } from '../http/domain.error.js';
import { TokenRequest, TokensView, UserFields, UserView } from './user.dto.js';
import { userView } from './user.rows.js';
import { UsersService } from './users.service.js';

@Controller('users')
export class UsersController {
  constructor(
    private readonly users: UsersService,
    private readonly db: DataSource,
    private readonly tokens: TokensService,
    private readonly userTokens: UserTokens,
  ) {}

  /** Adds or updates a person. What is left out stays, null clears. */
  @Put(':id')
  @Allow(service('users:write'))
  async put(@Param('id') id: string, @Body() fields: UserFields): Promise<UserView> {
    return userView(await this.db.transaction((tx) => this.users.put(tx, Object.assign(fields, { id }))));
  }

  /** Shows one person. */
  @Get(':id')
  @Allow(service('users:read'))
  async get(@Param('id') id: string): Promise<UserView> {
    return userView(await this.users.get(id));
  }

  /** Erases a person. Their notifications, deliveries and choices go with them. */
  @Delete(':id')
  @HttpCode(204)
  @Allow(service('users:write'))
  async erase(@Param('id') id: string): Promise<void> {
    if (!(await this.users.erase(id)))
      throw notFound('user.not-found', `Nobody has the id "${id.slice(0, 64)}".`);
  }

  /** Makes tokens for the person's browser. One is for the inbox on a page, the other calls the whole API as the person. */
  @Post(':id/tokens')
  @HttpCode(201)
  @Allow(service('users:write'))
  async token(@Param('id') id: string, @Body() { expires_in }: TokenRequest): Promise<TokensView> {
    await this.users.get(id);
    const { token, expiresIn } = await this.tokens.inbox(id, expires_in);
    const userToken = await this.userTokens.sign(id, expiresIn);
    return Object.assign(new TokensView(), {
      user_id: id,
      token,
      expires_in: expiresIn,
      user_token: userToken ?? null,
    });
  }

  /** Exports everything that is kept about a person. */
  @Get(':id/export')
  @Allow(service('users:read'))
  @ApiOkResponse({ schema: { type: 'object', additionalProperties: true } })
  export(@Param('id') id: string): Promise<Record<string, unknown>> {
    return this.users.export(id);
  }
}
