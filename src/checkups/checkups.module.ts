import { Module } from '@nestjs/common';
import { Checkups } from './checkups.js';
import { SettingsCheckup } from './settings.checkup.js';

/** The registry of check-ups, and what the settings alone show. */
@Module({ providers: [Checkups, SettingsCheckup], exports: [Checkups] })
export class CheckupsModule {}
