import { type DynamicModule, Module } from '@nestjs/common';
import {
  ApiKeysCommand,
  CreateApiKeyCommand,
  ListApiKeysCommand,
  RevokeApiKeyCommand,
} from './api-keys.command.js';
import {
  ChannelsCommand,
  ListChannelsCommand,
  PauseChannelCommand,
  ResumeChannelCommand,
} from './channels.command.js';
import { Containers } from './containers.js';
import { CostsCommand } from './costs.command.js';
import { DeadLettersCommand } from './dead-letters.command.js';
import { DoctorCommand } from './doctor.command.js';
import { LoadTemplatesCommand } from './load-templates.command.js';
import { Ending } from './operator.command.js';
import { PreviewCommand } from './preview.command.js';
import { RetentionCommand } from './retention.command.js';
import {
  AddSuppressionCommand,
  ListSuppressionsCommand,
  RemoveSuppressionCommand,
  SuppressionsCommand,
} from './suppressions.command.js';
import { LintTemplatesCommand, TemplatesCommand } from './templates.command.js';
import { Terminal } from './terminal.js';
import { TestSmsCommand } from './test-sms.command.js';
import { VapidKeysCommand } from './vapid-keys.command.js';

/** The commands, and nothing that takes time: what they need they send for. */
@Module({})
export class CommandsModule {
  static with(containers: Containers, terminal: Terminal, ending: Ending): DynamicModule {
    return {
      module: CommandsModule,
      providers: [
        { provide: Containers, useValue: containers },
        { provide: Terminal, useValue: terminal },
        { provide: Ending, useValue: ending },
        DeadLettersCommand,
        CostsCommand,
        DoctorCommand,
        LoadTemplatesCommand,
        TestSmsCommand,
        ChannelsCommand,
        ListChannelsCommand,
        PauseChannelCommand,
        ResumeChannelCommand,
        ApiKeysCommand,
        ListApiKeysCommand,
        CreateApiKeyCommand,
        RevokeApiKeyCommand,
        PreviewCommand,
        TemplatesCommand,
        LintTemplatesCommand,
        SuppressionsCommand,
        ListSuppressionsCommand,
        AddSuppressionCommand,
        RemoveSuppressionCommand,
        RetentionCommand,
        VapidKeysCommand,
      ],
    };
  }
}
