import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '../auth/allow.js';
import { ShortLinks } from './short.links.js';

/** From the link in a text to the page of the choice. */
@ApiExcludeController()
@Controller('s')
export class ShortLinksController {
  constructor(private readonly links: ShortLinks) {}

  @Get(':code')
  @Public()
  async follow(@Param('code') code: string, @Res() reply: FastifyReply): Promise<void> {
    void reply.header('Cache-Control', 'no-store').redirect(await this.links.open(code), 302);
  }
}
