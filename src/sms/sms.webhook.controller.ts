import { Controller, HttpCode, Logger, Post, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Public } from '../auth/allow.js';
import { Reports } from '../channels/reports.js';
import { TwilioAccount } from './twilio.account.js';
import { isGenuine, notGenuine, reportOf } from './twilio.callback.js';

/** A wrong PUBLIC_URL refuses every callback: one line a minute tells it as well as a thousand. */
const QUIET = 60_000;

/** What Twilio says of our texts. Three calls a text: nothing here asks anybody but the ledger. */
@ApiExcludeController()
@Controller('webhooks/twilio')
export class SmsWebhookController {
  private readonly logger = new Logger('SMS');
  private quietUntil = 0;

  constructor(
    private readonly account: TwilioAccount,
    private readonly reports: Reports,
  ) {}

  /** Also 204 for a message that nobody here knows: Twilio can do nothing about it. */
  @Public()
  @Post('status')
  @HttpCode(204)
  async status(@Req() { originalUrl: url, headers, body: form }: FastifyRequest): Promise<void> {
    const callback = { url, signature: headers['x-twilio-signature'], form };
    if (!isGenuine(this.account, callback)) throw this.refused();
    const report = reportOf(callback, this.account);
    if (report) await this.reports.receive(report);
  }

  private refused() {
    if (Date.now() > this.quietUntil) {
      this.quietUntil = Date.now() + QUIET;
      this.logger.warn(
        `A status callback was refused: nobody has signed it for ${this.account.callbackUrl ?? 'this service'}.`,
      );
    }
    return notGenuine();
  }
}
