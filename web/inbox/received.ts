import type { InboxNotification, NotificationAction } from './types.js';

const MOST_ACTIONS = 3;

/** A notification as the API or the live connection says it; each leaves out what the other one has. */
export type Received = Omit<InboxNotification, 'is_archived' | 'snoozed_until' | 'actions'> &
  Partial<Pick<InboxNotification, 'is_archived' | 'snoozed_until'>> & {
    readonly actions?: unknown;
    readonly metadata?: { readonly actions?: unknown };
  };

export function arrived(received: Received): InboxNotification {
  const { id, notification_id, type, category, title, message, is_read, action_url, created_at, seq } =
    received;
  return {
    ...{ id, notification_id, type, category, title, message, is_read, action_url, created_at, seq },
    is_archived: received.is_archived ?? false,
    snoozed_until: received.snoozed_until ?? null,
    actions: actionsOf(received.actions ?? received.metadata?.actions),
  };
}

/** Senders may write what they like into metadata. */
function actionsOf(given: unknown): NotificationAction[] {
  if (!Array.isArray(given)) return [];
  return (given as Partial<NotificationAction>[])
    .filter((action) => typeof action.label === 'string' && linkOf(action.url ?? null) !== undefined)
    .slice(0, MOST_ACTIONS)
    .map(({ label = '', url = '' }) => ({ label, url }));
}

/** Where a link may lead: a page, never a script. Undefined for everything else. */
export function linkOf(url: string | null): string | undefined {
  if (typeof url !== 'string' || url === '' || !URL.canParse(url, document.baseURI)) return undefined;
  const { protocol, href } = new URL(url, document.baseURI);
  return protocol === 'https:' || protocol === 'http:' ? href : undefined;
}
