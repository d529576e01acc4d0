/** Builds the script that other sites embed, when one of its sources has changed. */
export function buildWeb(): Promise<void>;
