import { Command, Help, Option } from 'nest-commander';
import { DomainError } from '../http/domain.error.js';
import type { PreviewView } from '../templates/template.view.js';
import { Containers } from './containers.js';
import { CommandFailure, EXIT, type Exit } from './exit.js';
import { Ending, OperatorCommand } from './operator.command.js';
import { linesOf } from './preview.text.js';
import { Terminal } from './terminal.js';

interface Options {
  channel?: string;
  data?: Record<string, unknown>;
  locale?: string;
  json?: boolean;
}

@Command({
  name: 'preview',
  arguments: '<type>',
  argsDescription: { type: 'a notification type, as order_confirmed' },
  description: 'Show what a notification would say, and what its text message costs',
})
export class PreviewCommand extends OperatorCommand<Options> {
  constructor(
    terminal: Terminal,
    ending: Ending,
    private readonly containers: Containers,
  ) {
    super(terminal, ending);
  }

  async act([type = '']: readonly string[], { channel, data, locale, json }: Options): Promise<Exit> {
    // Read only now, like the application itself: --help does not wait for it.
    const { TemplatePreviewer } = await import('../templates/template.previewer.js');
    const previewer = (await this.containers.application()).get(TemplatePreviewer);
    const request = { ...(locale !== undefined && { locale }), ...(data && { context: data }) };
    const preview = await previewer.preview(type, request).catch(refused);
    if (channel !== undefined && !preview.channels[channel]) throw noWords(preview, channel);
    if (json) this.terminal.json(Object.assign({ ok: true }, preview));
    else for (const line of linesOf(preview, channel)) this.terminal.line(line);
    return EXIT.ok;
  }

  @Option({ flags: '--channel <name>', description: 'only the words for this channel' })
  channel(name: string): string {
    return name;
  }

  @Option({
    flags: '--data <json>',
    description: "what the words speak of; the type's own example when absent",
  })
  data(json: string): Record<string, unknown> {
    try {
      const data: unknown = JSON.parse(json);
      if (typeof data === 'object' && data !== null && !Array.isArray(data)) return { ...data };
    } catch {
      // What is no JSON is told like what is no object.
    }
    throw new CommandFailure(
      EXIT.usage,
      `--data must be a JSON object, as '{"order":{"order_number":"A1"}}'.`,
    );
  }

  @Option({ flags: '--locale <tag>', description: 'the language, as hi or ta; English when absent' })
  locale(tag: string): string {
    return tag;
  }

  @Help('after')
  examples(): string {
    return `
A caret stands under each character that costs: one that turns a text message into UCS-2 (70 characters a segment
instead of 160), or one that takes the room of two.

Exit codes: 0 ok, 2 usage or a variable that is missing, 3 configuration, 4 no such type, language or channel.

Examples:
  $ npm run cli -- preview order_confirmed
  $ npm run cli -- preview order_confirmed --channel sms --locale hi
  $ npm run cli -- preview order_confirmed --channel sms --data '{"order":{"order_number":"A1"}}'`;
  }
}

/** What the service refuses, by the exit that scripts know. */
function refused(error: unknown): never {
  if (!(error instanceof DomainError)) throw error;
  const unknown = error.status === 404 || error.code === 'notification.unknown-type';
  throw new CommandFailure(unknown ? EXIT.notFound : EXIT.usage, error.detail);
}

const noWords = ({ type, locale, channels }: PreviewView, channel: string) =>
  new CommandFailure(
    EXIT.notFound,
    `${type} (${locale}) has no words for ${channel}: there are ${Object.keys(channels).join(', ')}.`,
  );
