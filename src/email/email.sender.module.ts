import { Module } from '@nestjs/common';
import { CheckupsModule } from '../checkups/checkups.module.js';
import { EmailCheckup } from './email.checkup.js';
import { EmailService } from './email.service.js';

/** Mails without the rest of the service: needs settings, and no database. */
@Module({ imports: [CheckupsModule], providers: [EmailService, EmailCheckup], exports: [EmailService] })
export class EmailSenderModule {}
