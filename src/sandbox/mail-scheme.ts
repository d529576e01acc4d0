/** Light or dark: what a reader's machine is set to. */
export type Scheme = 'light' | 'dark';

const ASKED = /\(\s*prefers-color-scheme\s*:\s*(light|dark)\s*\)/gi;
const DECLARED = /(color-scheme["']?\s*(?::|content=["']?)\s*)(?:light\s+dark|dark\s+light)/gi;

/**
 * The mail as on a machine that is set so, whatever this one is set to. A mail that knows no dark stays as it is,
 * as it does in most mail programs.
 */
export const inScheme = (html: string, scheme: Scheme): string =>
  html
    .replace(ASKED, (_, asked: string) =>
      asked.toLowerCase() === scheme ? '(min-width: 0)' : '(max-width: 0)',
    )
    .replace(DECLARED, (_, before: string) => before + scheme);
