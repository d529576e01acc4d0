/** What one process tells the others: ids and facts, never words. Each one reads the rows for its own clients. */
export type Fact = Visible | Change | FactsLost;

interface Visible {
  readonly kind: 'visible';
  readonly userId: string;
  readonly notificationId: string;
  /** When it was committed, in milliseconds since 1970. */
  readonly at: number;
}

export interface Change {
  readonly kind: 'changed';
  readonly userId: string;
  /** Null means all of the person's notifications. */
  readonly notificationId: string | null;
  readonly change: 'updated' | 'deleted';
  readonly isRead?: boolean;
  readonly archived?: boolean;
  readonly snoozedUntil?: string | null;
}

/** Some facts did not reach everybody: look yourselves. */
interface FactsLost {
  readonly kind: 'facts_lost';
}
