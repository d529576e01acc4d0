/** Whose API it is: what senders log in with, and what callbacks are signed with. */
export interface Account {
  /** AC and 32 hex digits. */
  readonly sid: string;
  readonly authToken: string;
}
