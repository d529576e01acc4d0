import { Injectable } from '@nestjs/common';
import { DeliveryFailure } from '../channels/failures.js';
import { bad, Checkup, type Finding, good, warning } from '../checkups/checkup.js';
import { EmailService } from './email.service.js';
import { EmailSettings } from './email.settings.js';

/** The SMTP server: whether it can be reached and takes the login. Nothing is sent. */
@Injectable()
export class EmailCheckup extends Checkup {
  override readonly subject = 'E-mail';

  constructor(
    private readonly email: EmailService,
    private readonly settings: EmailSettings,
  ) {
    super();
  }

  override async check(): Promise<Finding[]> {
    const { mode, detail } = this.email.mode();
    if (mode === 'off')
      return [warning('email.off', 'E-mail is not configured.', `To send mails, ${detail}.`)];
    try {
      await this.email.verify();
    } catch (error) {
      return [refusal(error)];
    }
    const login = this.settings.user === undefined ? 'without a login' : 'and the login is right';
    const answers = good('email.server', `The server can be reached ${login} (${detail}).`);
    return [answers, ...(mode === 'live' ? [this.protection()] : [])];
  }

  private protection(): Finding {
    const { useTls, useSsl, user } = this.settings;
    const isSure = useSsl || (useTls ?? user !== undefined);
    return isSure
      ? good('email.tls', 'Mails go through TLS.')
      : warning('email.tls', 'TLS is not demanded: mails may go in the clear.', 'Set EMAIL_USE_TLS=true.');
  }
}

function refusal(error: unknown): Finding {
  const isOurs = error instanceof DeliveryFailure && error.kind === 'configuration';
  return bad(
    'email.server',
    `The server does not take us: ${(error as Error).message}`,
    'Check EMAIL_HOST, EMAIL_PORT, EMAIL_HOST_USER, EMAIL_HOST_PASSWORD, EMAIL_USE_TLS and EMAIL_USE_SSL.',
    isOurs ? 'configuration' : 'unreachable',
  );
}
