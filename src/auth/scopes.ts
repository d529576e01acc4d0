/** What an API key may be allowed to do. Every route names one of these, or is for people. */
export const SCOPES = {
  'notifications:send': 'send notifications, to one person or many, and cancel them',
  'notifications:read': "read anybody's notifications, deliveries and the rules that decided",
  'users:read': 'read people, and export what is known of one',
  'users:write': 'add, change and erase people, and make tokens for them',
  'preferences:read': "read anybody's choices",
  'preferences:write': "change anybody's choices",
  'templates:read': 'read types and words, and preview them',
  'templates:write': 'change types and words',
  'deliveries:read': 'list deliveries',
  'deliveries:retry': 'try failed deliveries again',
  'suppressions:read': 'see which addresses must not be used, and why',
  'suppressions:write': 'close and open addresses',
  'inbound:read': 'read what people have texted to us',
  'channels:read': 'see the channels, and how much waits',
  'channels:write': 'pause and resume channels',
  'stats:read': 'read the statistics',
} as const;
export type Scope = keyof typeof SCOPES;

/** The scope of a key for everything, as the one of development. */
export const EVERYTHING = '*';

export const isScope = (text: string): text is Scope => Object.hasOwn(SCOPES, text);
