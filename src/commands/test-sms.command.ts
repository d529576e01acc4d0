import { Command, Help, Option } from 'nest-commander';
import { ConfigurationError } from '../config/settings.js';
import { SmsCheckup } from '../sms/sms.checkup.js';
import { SmsService } from '../sms/sms.service.js';
import { type Container, Containers } from './containers.js';
import { EXIT, type Exit } from './exit.js';
import { exitOfFindings } from './findings.js';
import { Ending, OperatorCommand } from './operator.command.js';
import { Page } from './page.js';
import { Terminal } from './terminal.js';
import { TestText } from './test-sms.text.js';
import { checkOptions, secondsOf, type TestSmsOptions, usage } from './test-sms.options.js';

const HOW_TO_CONFIGURE = `
  Set these in the environment or in .env, from the Account Info of console.twilio.com:
    TWILIO_ACCOUNT_SID=ACxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    TWILIO_AUTH_TOKEN=your auth token
    TWILIO_PHONE_NUMBER=+15005550006 (a sender of the account)
  docs/guide-twilio.md has the steps.`;

const NOTES = {
  live: '  Texts go to real phones and cost money.',
  sandbox: '  Texts stay on this machine: see /sandbox.',
};

@Command({
  name: 'test-sms',
  aliases: ['test_sms'],
  description: 'Check the configuration of SMS, or send a text to see that it works',
})
export class TestSmsCommand extends OperatorCommand<TestSmsOptions> {
  constructor(
    terminal: Terminal,
    ending: Ending,
    private readonly containers: Containers,
  ) {
    super(terminal, ending);
  }

  async act(_: readonly string[], options: TestSmsOptions): Promise<Exit> {
    checkOptions(options);
    if (options.phone !== undefined) return this.sendTo(options.phone, options);
    if (options.userEmail !== undefined) return this.sendToUser(options.userEmail, options);
    if (!options.checkConfig) {
      this.terminal.progress(
        'No option was given: --phone or --user-email send a text. Checking the configuration.',
      );
    }
    return this.checkConfiguration(options);
  }

  private async checkConfiguration({ json = false }: TestSmsOptions): Promise<Exit> {
    const page = new Page('SMS Configuration Check');
    const exit = await this.describe(page);
    page.print(this.terminal, json);
    return exit;
  }

  private async describe(page: Page): Promise<Exit> {
    try {
      const sms = await this.containers.smsOnly();
      const { mode, providers, accountSid, from, countries, callbackUrl } = sms.get(SmsService).check();
      if (mode === 'off') {
        page.bad('SMS service is NOT configured').fact('Mode', 'mode', mode).note(HOW_TO_CONFIGURE);
        return EXIT.configuration;
      }
      page
        .good('SMS service is enabled and configured')
        .fact('Account SID', 'account_sid', accountSid && `${accountSid.slice(0, 10)}...`)
        .fact('From Number', 'from', from)
        .fact('Mode', 'mode', mode)
        .fact('Providers', 'providers', providers.join(', '))
        .fact('Countries', 'countries', countries.join(', '))
        .fact('Callbacks', 'callback_url', callbackUrl)
        .note(NOTES[mode]);
      return await this.ask(sms, page);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      page.bad('SMS service is NOT configured').fact('Error', 'error', error.message);
      return EXIT.configuration;
    }
  }

  /** What the carriers say of the account, the sender and the money. */
  private async ask(sms: Container, page: Page): Promise<Exit> {
    const findings = await sms.get(SmsCheckup).check();
    page.findings(findings);
    const exit = exitOfFindings(findings);
    page.data('ok', exit === EXIT.ok);
    return exit;
  }

  private async sendTo(phone: string, options: TestSmsOptions): Promise<Exit> {
    const sms = await this.smsOnly();
    const to = sms.numberOf(phone);
    if (to.number === null) throw usage(`--phone ${phone}: ${to.why}`);
    const body = options.message ?? 'LaundryConnect: this is a test message.';
    return new TestText(sms, this.terminal, options).send({ to: to.number, body });
  }

  private async sendToUser(email: string, options: TestSmsOptions): Promise<Exit> {
    const container = await this.containers.application();
    // Read only now, like the application itself: --help and --check-config do not wait for it.
    const { textForUser } = await import('./test-sms.user.js');
    const text = await textForUser(container, email, options.type ?? 'welcome');
    return new TestText(container.get(SmsService), this.terminal, options).send(text);
  }

  private async smsOnly(): Promise<SmsService> {
    return (await this.containers.smsOnly()).get(SmsService);
  }

  @Option({
    flags: '--check-config',
    description:
      'show what is configured, and ask the carriers about account, sender and balance; sends nothing',
  })
  checkConfig(): boolean {
    return true;
  }

  @Option({ flags: '--phone <number>', description: 'send a text to this number, as +919876543210' })
  phone(number: string): string {
    return number;
  }

  @Option({ flags: '--message <text>', description: 'the text for --phone' })
  message(text: string): string {
    return text;
  }

  @Option({
    flags: '--user-email <email>',
    description: "send a notification's text to the person with this address",
  })
  userEmail(email: string): string {
    return email;
  }

  @Option({ flags: '--type <type>', description: 'which notification for --user-email (default: welcome)' })
  type(type: string): string {
    return type;
  }

  @Option({ flags: '--dry-run', description: 'do everything but send: encoding, segments, preferences' })
  dryRun(): boolean {
    return true;
  }

  @Option({ flags: '--verify', description: 'ask Twilio Lookup about the number first (may cost a little)' })
  verify(): boolean {
    return true;
  }

  @Option({
    flags: '--wait [seconds]',
    description: 'wait until it has arrived or failed (default: 30 seconds)',
  })
  wait(seconds: string): number {
    return secondsOf(seconds);
  }

  @Help('after')
  examples(): string {
    return `
Exit codes: 0 ok, 1 failed, 2 usage, 3 configuration, 4 not found, 5 suppressed, 6 refused by the provider.

Examples:
  $ npm run cli -- test-sms --check-config
  $ npm run cli -- test-sms --phone "+919876543210" --message "Hello" --wait
  $ npm run cli -- test-sms --user-email user@example.com --type order_confirmed --dry-run`;
  }
}
