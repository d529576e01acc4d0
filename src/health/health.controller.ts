import { Controller, Get, HttpCode } from '@nestjs/common';
import { ApiOkResponse, ApiServiceUnavailableResponse } from '@nestjs/swagger';
import { Public } from '../auth/allow.js';
import { HealthService } from './health.service.js';
import { LivenessView, ReadinessView } from './health.view.js';

/** For load balancers and for people: does it live, can it work, and how does each channel go. */
@Controller('health')
@Public()
export class HealthController {
  constructor(private readonly health: HealthService) {}

  /** Says that the process answers. */
  @Get('live')
  live(): LivenessView {
    return { status: 'ok' };
  }

  /** Says whether it can do its work. 503 while the database is away or the process is stopping. */
  @Get('ready')
  @HttpCode(200)
  @ApiOkResponse({ type: ReadinessView })
  @ApiServiceUnavailableResponse({ type: ReadinessView, description: 'It cannot; the body says why.' })
  ready() {
    return this.health.ready();
  }
}
