import { integer, settings, text } from '../config/settings.js';

export class PreferencesSettings extends settings('Preferences', {
  brand: text('BRAND_NAME', 'who writes to people: stands on their pages, and in what they agree to', {
    fallback: 'LaundryConnect',
  }),
  linkDays: integer('PREFERENCES_LINK_DAYS', 'how long a link in a mail opens the page of preferences', {
    min: 1,
    max: 3650,
    fallback: 365,
  }),
}) {}
