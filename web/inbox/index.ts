import { NotifyFeed } from './feed.element.js';
import { NotifyInbox } from './inbox.element.js';
import { NotifyPreferences } from './preferences.element.js';
import { NotifyToasts } from './toasts.element.js';

export { NotifyClient } from './client.js';
export type { NotificationList } from './list.js';
export type { Push } from './push.js';
export { PushError } from './push.error.js';
export type * from './types.js';
export { NotifyFeed, NotifyInbox, NotifyPreferences, NotifyToasts };

const ELEMENTS: Readonly<Record<string, CustomElementConstructor>> = {
  'notify-feed': NotifyFeed,
  'notify-inbox': NotifyInbox,
  // Its first name, which pages may still use; one class cannot have two.
  'notify-bell': class extends NotifyInbox {},
  'notify-preferences': NotifyPreferences,
  'notify-toasts': NotifyToasts,
};

for (const [name, element] of Object.entries(ELEMENTS)) {
  if (!customElements.get(name)) customElements.define(name, element);
}
