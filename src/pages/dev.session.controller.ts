import { Controller, Get, Header, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import { Public } from '../auth/allow.js';
import { AuthSettings } from '../auth/auth.settings.js';
import { TokensService } from '../auth/tokens.service.js';
import { AppSettings } from '../config/app.settings.js';
import { notFound } from '../http/domain.error.js';
import { isFromThisMachine } from '../http/this.machine.js';
import { TemplatesService } from '../templates/templates.service.js';
import { UsersService } from '../users/users.service.js';

/** The person to whom the page at / sends; example.com and this number belong to nobody. */
const DEMO = {
  id: 'demo',
  first_name: 'Asha',
  last_name: 'Rao',
  email: 'asha@example.com',
  phone: '+919876543210',
};

/** What the page at / needs: the development key, a person, and what can be told. Never in production. */
@ApiExcludeController()
@Controller('dev/session')
export class DevSessionController {
  constructor(
    private readonly app: AppSettings,
    private readonly auth: AuthSettings,
    private readonly tokens: TokensService,
    private readonly users: UsersService,
    private readonly templates: TemplatesService,
    private readonly database: DataSource,
  ) {}

  @Get()
  @Public()
  @Header('Cache-Control', 'no-store')
  async open(@Req() request: FastifyRequest) {
    const { devApiKey } = this.auth;
    if (this.app.environment === 'production' || devApiKey === undefined || !isFromThisMachine(request)) {
      throw notFound('route.not-found', 'There is no development session here.');
    }
    const user = (await this.users.find(DEMO.id)) ?? (await this.addDemo());
    const { token, expiresIn } = await this.tokens.inbox(user.id);
    const { id, email, phone, firstName, lastName } = user;
    return {
      api_key: devApiKey,
      user: { id, email, phone, first_name: firstName, last_name: lastName },
      token,
      expires_in: expiresIn,
      categories: (await this.templates.categories()).map(({ name, display }) => ({ name, display })),
      types: (await this.templates.types()).map(({ name, display, category, priority, example }) => ({
        name,
        display,
        category: category.name,
        priority,
        example,
      })),
    };
  }

  private addDemo() {
    return this.database.transaction((tx) => this.users.put(tx, DEMO));
  }
}
