import { createHash, timingSafeEqual } from 'node:crypto';
import { Controller, Get, HttpCode, Logger, Param, Post, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Public } from '../auth/allow.js';
import { Reports } from '../channels/reports.js';
import { Prices } from '../deliveries/prices.js';
import { DomainError } from '../http/domain.error.js';
import { reportsOf } from './carrier.callback.js';
import { SmsProviders } from './sms.providers.js';

/** A wrong token refuses every call: one line a minute tells it as well as a thousand. */
const QUIET = 60_000;

/** What carriers say of our texts, each in its own words, as its mapping file translates them. */
@ApiExcludeController()
@Controller('webhooks/sms')
export class CarrierWebhookController {
  private readonly logger = new Logger('SMS');
  private quietUntil = 0;

  constructor(
    private readonly providers: SmsProviders,
    private readonly reports: Reports,
    private readonly prices: Prices,
  ) {}

  /** Some carriers report with everything in the address. */
  @Public()
  @Get(':provider')
  @HttpCode(204)
  called(@Param('provider') provider: string, @Req() request: FastifyRequest): Promise<void> {
    return this.receive(provider, request);
  }

  /** Also 204 for a text that nobody here knows: the carrier can do nothing about it. */
  @Public()
  @Post(':provider')
  @HttpCode(204)
  posted(@Param('provider') provider: string, @Req() request: FastifyRequest): Promise<void> {
    return this.receive(provider, request);
  }

  private async receive(name: string, { query, body }: FastifyRequest): Promise<void> {
    const carrier = this.providers.carrier(name);
    const { token } = query as Record<string, unknown>;
    if (!carrier?.mapping.callback || !isSame(token, carrier.mapping.callback.token))
      throw this.refused(name);
    const told = reportsOf(carrier, { query, body });
    await Promise.all(told.map(({ report }) => this.reports.receive(report)));
    await this.prices.record(told.flatMap(({ price }) => price ?? []));
  }

  private refused(name: string) {
    if (Date.now() > this.quietUntil) {
      this.quietUntil = Date.now() + QUIET;
      this.logger.warn(
        `A callback for the carrier "${name.slice(0, 30)}" was refused: its token does not fit.`,
      );
    }
    const detail = "The token does not fit. It must be `callback.token` of the carrier's mapping file.";
    return new DomainError({ status: 403, code: 'webhook.not-genuine', detail });
  }
}

/** In the same time whatever is given, also of another length. */
function isSame(given: unknown, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return typeof given === 'string' && timingSafeEqual(digest(given), digest(expected));
}
