import { type DynamicModule, Module } from '@nestjs/common';
import {
  ChannelsCommand,
  ListChannelsCommand,
  PauseChannelCommand,
  ResumeChannelCommand,
} from './channels.command.js';
import { Containers } from './containers.js';
import { DeadLettersCommand } from './dead-letters.command.js';
import { LoadTemplatesCommand } from './load-templates.command.js';
import { Ending } from './operator.command.js';
import { PreviewCommand } from './preview.command.js';
import { LintTemplatesCommand, TemplatesCommand } from './templates.command.js';
import { Terminal } from './terminal.js';
import { TestSmsCommand } from './test-sms.command.js';

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
        LoadTemplatesCommand,
        TestSmsCommand,
        ChannelsCommand,
        ListChannelsCommand,
        PauseChannelCommand,
        ResumeChannelCommand,
        PreviewCommand,
        TemplatesCommand,
        LintTemplatesCommand,
      ],
    };
  }
}
