import { placeholderLink } from '../notifications/placeholder.link.js';
import type { TextWords } from '../sms/text.words.js';
import { ChannelWords, type OptionsCheck, type ProofOf } from '../templates/channel.words.js';

const CHANNEL = 'sms';

/** Text messages without the application: what they make of their words needs settings, and no database. */
export class TextsOnly extends ChannelWords {
  constructor(
    private readonly texts: TextWords,
    private readonly publicUrl: string,
  ) {
    super();
  }

  override readonly wrongOptions: OptionsCheck = (channel, options) =>
    channel === CHANNEL ? this.texts.wrongOptions(options) : [];

  override readonly proofOf: ProofOf = (channel, { content: { text }, user, optional, ...written }) => {
    if (channel !== CHANNEL || text === undefined) return undefined;
    const wayOut = () => placeholderLink(this.publicUrl);
    return this.texts.prepare({
      ...written,
      content: { text },
      to: phoneOf(user),
      ...(optional && { wayOut }),
    });
  };
}

function phoneOf(user: unknown): string {
  const phone = typeof user === 'object' && user !== null && 'phone' in user ? user.phone : undefined;
  return typeof phone === 'string' ? phone : '';
}
