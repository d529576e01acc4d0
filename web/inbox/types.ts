/** One notification of the person, as the inbox shows it. Moments are ISO 8601. */
export interface InboxNotification {
  readonly id: string;
  /** The public reference, as people quote it. */
  readonly notification_id: string;
  readonly type: string;
  readonly category: string;
  readonly title: string;
  readonly message: string;
  readonly is_read: boolean;
  readonly is_archived: boolean;
  /** Put off: not in the inbox until then. */
  readonly snoozed_until: string | null;
  /** Where it leads: a page, or null. */
  readonly action_url: string | null;
  /** Further buttons, as the sender gave them in `metadata.actions`. */
  readonly actions: readonly NotificationAction[];
  readonly created_at: string;
  /** Its place in the inbox: the newest has the highest. */
  readonly seq: number;
}

export interface NotificationAction {
  readonly label: string;
  /** A path of the page's site, or an http(s) URL. */
  readonly url: string;
}

/**
 * What the live connection is: `lost` comes back by itself; `signed-out` needs a person who signs in; `elsewhere` was
 * closed because the person has too many windows open; `refused` is the page's own fault, and `failed` says which.
 */
export type ConnectionState = 'connecting' | 'live' | 'lost' | 'signed-out' | 'elsewhere' | 'refused';

export type View = 'all' | 'unread' | 'snoozed' | 'archived';

/** Which notifications a list holds. */
export interface Filter {
  readonly view: View;
  readonly category?: string;
}

/** What the person chose, with what silence means where they did not choose. */
export interface Preferences {
  /** By category, then by channel. */
  readonly matrix: Readonly<Record<string, Readonly<Record<string, boolean>>>>;
  /** The cells that cannot be changed, and why. */
  readonly locked: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** By channel: why nothing is sent there, whatever is chosen, and how that ends. */
  readonly closed: Readonly<Record<string, { readonly reason: string; readonly detail: string }>>;
  readonly labels: {
    readonly categories: Readonly<Record<string, string>>;
    readonly channels: Readonly<Record<string, string>>;
  };
  /** What the person agrees to who turns a channel on: for those that need a yes. To be shown beside the choice. */
  readonly agreements: Readonly<Record<string, string>>;
  /** `HH:MM`, in the person's time zone. */
  readonly quiet_hours: { readonly start: string; readonly end: string } | null;
  /** IANA: `Asia/Kolkata`. */
  readonly time_zone: string;
  readonly locale: string;
  readonly paused_until: string | null;
}

/** What may be set of the preferences; what is left out stays. */
export interface PreferenceChanges {
  readonly matrix?: Readonly<Record<string, Readonly<Record<string, boolean>>>>;
  /** What the person read who made the choices: kept as the proof of them. */
  readonly wording?: string;
  readonly quiet_hours?: { readonly start: string; readonly end: string } | null;
  readonly time_zone?: string;
  readonly paused_until?: string | null;
}

/**
 * Whether this browser gets push messages: `denied` can only be changed in the browser's settings for the site;
 * `needs-install` is an iPhone or iPad where the page is not on the home screen.
 */
export type PushState = 'unsupported' | 'needs-install' | 'denied' | 'off' | 'on';

export interface PushOptions {
  /** The worker, on the page's own origin: `/push-worker.js`. */
  readonly workerUrl: string;
  /** What the person knows this browser by; by default what the service makes of its name. */
  readonly deviceName?: string;
}

/** One browser of the person, as the service keeps it. Moments are ISO 8601. */
export interface PushDevice {
  readonly id: string;
  readonly device_name: string | null;
  /** Whose push service carries the messages: `fcm.googleapis.com`. */
  readonly endpoint_host: string;
  readonly created_at: string;
  readonly last_used_at: string | null;
  /** The service has other keys since: nothing is sent there until that browser opens a page of yours. */
  readonly outdated: boolean;
  /** Whether it is the browser that asks. */
  readonly current?: boolean;
}

/** Where tokens come from: one of the three. */
export interface TokenOptions {
  /** A token of which there will be no other. */
  readonly token?: string;
  /** Answers `{"token": "..."}` for whoever is signed in, 401 or an empty token for nobody. */
  readonly tokenUrl?: string;
  /** Answers a token, or an empty text when nobody is signed in. */
  readonly getToken?: () => string | Promise<string>;
}

export interface ClientOptions extends TokenOptions {
  /** Where the service is: `https://notify.example.com`. */
  readonly base: string;
}

/** What a client tells, and with what. */
export interface ClientEvents {
  /** One has arrived, or is back; not for what was replayed after a break. */
  notification: InboxNotification;
  unread: number;
  state: ConnectionState;
  /** Any notification, list or count is not what it was. */
  change: undefined;
  /** Something was undone because the service did not take it, or the live connection was refused. */
  failed: Error;
  /** This browser's push subscription ended or came back, by itself. */
  push: undefined;
  /** Somebody else is signed in, or nobody: nothing of the one before is known any more. */
  person: undefined;
}
