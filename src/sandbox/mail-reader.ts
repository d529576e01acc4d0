import type { MailMessage } from './message.js';

const KEPT = 1000;

export interface MailContent {
  readonly html: string | null;
  readonly text: string | null;
}

/** Takes mails apart when somebody reads them, and remembers the last few. */
export class MailReader {
  private readonly contents = new Map<string, MailContent>();

  async read(mail: MailMessage): Promise<MailContent> {
    const known = this.contents.get(mail.id);
    if (known) return known;
    // Loaded when the first mail is read: it is the heaviest part of the sandbox.
    const { simpleParser } = (await import('mailparser')).default;
    const options = { skipHtmlToText: true, skipTextToHtml: true };
    // What cannot be taken apart can still be read as its source.
    const parsed = await simpleParser(mail.raw, options).catch(() => undefined);
    const content = { html: parsed?.html || null, text: parsed?.text ?? null };
    this.remember(mail.id, content);
    return content;
  }

  private remember(id: string, content: MailContent): void {
    this.contents.set(id, content);
    const [oldest] = this.contents.keys();
    if (this.contents.size > KEPT && oldest !== undefined) this.contents.delete(oldest);
  }
}
