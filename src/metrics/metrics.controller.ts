import { createHash, timingSafeEqual } from 'node:crypto';
import { Controller, Get, Header, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Public } from '../auth/allow.js';
import { DomainError, notFound } from '../http/domain.error.js';
import { isFromThisMachine } from '../http/this.machine.js';
import { BacklogGauges } from './backlog.gauges.js';
import { Metrics } from './metrics.service.js';
import { MetricsSettings } from './metrics.settings.js';

/** For Prometheus. It tells how much goes on, so it is no public page: see METRICS_TOKEN. */
@ApiExcludeController()
@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly metrics: Metrics,
    private readonly backlog: BacklogGauges,
    private readonly settings: MetricsSettings,
  ) {}

  @Get()
  @Public()
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  @Header('Cache-Control', 'no-store')
  async read(@Req() request: FastifyRequest): Promise<string> {
    this.admit(request);
    await this.backlog.refresh();
    return this.metrics.instruments.registry.metrics();
  }

  private admit(request: FastifyRequest): void {
    const { token } = this.settings;
    if (token === undefined) {
      if (isFromThisMachine(request)) return;
      throw notFound(
        'route.not-found',
        'Metrics are told to this machine only: set METRICS_TOKEN for others.',
      );
    }
    if (isSame(request.headers.authorization ?? '', `Bearer ${token}`)) return;
    throw new DomainError({
      status: 401,
      code: 'auth.missing',
      detail: 'Send the METRICS_TOKEN of this service as "Authorization: Bearer ...".',
      headers: { 'WWW-Authenticate': 'Bearer realm="metrics"' },
    });
  }
}

/** In constant time, also when the lengths differ. */
const isSame = (given: string, wanted: string) => timingSafeEqual(digest(given), digest(wanted));
const digest = (text: string) => createHash('sha256').update(text).digest();
