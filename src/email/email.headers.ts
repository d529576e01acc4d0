import type { Message } from '../channels/channel.js';
import { domainOf } from './mail.address.js';

/** What a mail says to programs: other mail servers, mailboxes, and who looks for it later. */
export function headersOf(
  { type, category, notificationId }: Pick<Message, 'type' | 'category' | 'notificationId'>,
  sender: string,
  unsubscribeUrl: string | null,
): Record<string, string> {
  return {
    // RFC 3834: holiday notices and other robots leave it unanswered.
    'Auto-Submitted': 'auto-generated',
    'X-Auto-Response-Suppress': 'All',
    'X-Notification-Id': word(notificationId),
    'X-Notification-Type': word(type),
    // Google's Postmaster Tools count complaints by these.
    'Feedback-ID': `${word(type)}:${word(category)}:notifications:${senderOf(sender)}`,
    ...(unsubscribeUrl !== null && {
      'List-Unsubscribe': `<${unsubscribeUrl}>`,
      // RFC 8058: one click in the mailbox, without a page in between.
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    }),
  };
}

/** Names are data of the platform; in a header they are one word, or they would be another header. */
const word = (name: string) => name.replace(/[^\w.-]+/g, '_').slice(0, 60);

/** Five to fifteen characters, the same for all mails of a sender. */
const senderOf = (address: string) =>
  domainOf(address)
    .replace(/[^a-z0-9]/gi, '')
    .slice(0, 15)
    .padEnd(5, '0');
