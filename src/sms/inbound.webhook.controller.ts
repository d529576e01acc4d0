import { Controller, Header, HttpCode, Logger, Post, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import twilio from 'twilio';
import { Public } from '../auth/allow.js';
import { AppSettings } from '../config/app.settings.js';
import { type InboundText, InboundTexts } from './inbound.texts.js';
import { isCarriersWord } from './keywords.js';
import { ReplySettings } from './reply.settings.js';
import { TwilioAccount } from './twilio.account.js';
import { isGenuine, notGenuine } from './twilio.callback.js';
import { inboundTextOf } from './twilio.inbound.js';

const PATH = '/api/webhooks/twilio/inbound';

/** What people text to us, as Twilio brings it; the answer is what Twilio texts back. */
@ApiExcludeController()
@Controller('webhooks/twilio')
export class InboundWebhookController {
  private readonly logger = new Logger('SMS');
  /** What Twilio has signed: the address that its console was given. */
  private readonly url: string;

  constructor(
    private readonly account: TwilioAccount,
    private readonly inbound: InboundTexts,
    private readonly replies: ReplySettings,
    { publicUrl }: AppSettings,
  ) {
    this.url = replies.inboundUrl ?? publicUrl + PATH;
  }

  @Public()
  @Post('inbound')
  @HttpCode(200)
  @Header('Content-Type', 'text/xml; charset=utf-8')
  async receive(@Req() { originalUrl: url, headers, body: form }: FastifyRequest): Promise<string> {
    const signed = { tokens: this.account.tokens, callbackUrl: this.url };
    if (!isGenuine(signed, { url, signature: headers['x-twilio-signature'], form })) throw this.refused();
    const text = inboundTextOf(form, this.account);
    const keyword = await this.inbound.receive(text);
    const response = new twilio.twiml.MessagingResponse();
    if (keyword !== null && !this.isAnswered(text)) response.message(this.replies[keyword]);
    return response.toString();
  }

  /** Nobody is to get two answers: Twilio says what it has answered, except to its own words on most numbers. */
  private isAnswered({ handled, body }: InboundText): boolean {
    const { answers } = this.replies;
    if (handled !== null || answers === 'never') return true;
    return answers === 'auto' && this.account.mode === 'live' && isCarriersWord(body);
  }

  private refused() {
    this.logger.warn(`A text from outside was refused: nobody has signed it for ${this.url}.`);
    return notGenuine();
  }
}
