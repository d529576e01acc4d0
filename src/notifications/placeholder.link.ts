/** Characters of a short link's code. */
const CODE_LENGTH = 16;

/** A short link that leads nowhere, exactly as long as those that people get: for words that are only tried out. */
export const placeholderLink = (publicUrl: string): string => `${publicUrl}/s/${'0'.repeat(CODE_LENGTH)}`;
