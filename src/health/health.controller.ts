import { Controller, Get, HttpCode } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '../auth/allow.js';
import { HealthService } from './health.service.js';

/** For load balancers and for people: does it live, can it work, and how does each channel go. */
@ApiTags('health')
@Controller('health')
@Public()
export class HealthController {
  constructor(private readonly health: HealthService) {}

  /** The process answers. */
  @Get('live')
  live() {
    return { status: 'ok' };
  }

  /** It can do its work: 503 while the database is away or the process is stopping. */
  @Get('ready')
  @HttpCode(200)
  ready() {
    return this.health.ready();
  }
}
