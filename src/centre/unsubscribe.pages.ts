import type { HtmlPage } from '../http/html.pages.js';
import type { Language } from './language.js';
import { categoryLabel, channelLabel } from './preferences.page.js';
import type { LinkTarget, Scope } from './unsubscribe.service.js';

/** What the person did on the page. */
interface Step {
  readonly scope: Scope;
  readonly wanted: boolean;
  /** What takes it back, where it has changed more than the link's own kind. */
  readonly undo: string;
}

/** Only asks: mail scanners open links, so that opening one must not act. */
export const askingPage = (target: LinkTarget, wanted: boolean, language: Language): HtmlPage => ({
  page: 'unsubscribe/ask.njk',
  values: { language, wanted, names: namesOf(target, language), stays: staysOf(target, language) },
});

export const donePage = (target: LinkTarget, step: Step, language: Language): HtmlPage => ({
  page: 'unsubscribe/done.njk',
  values: { language, names: namesOf(target, language), ...step },
});

const namesOf = ({ category, channel }: LinkTarget, language: Language) => ({
  category: categoryLabel(language, category),
  channel: channelLabel(language, channel),
});

/** What nobody can do without, in words. */
function staysOf({ words }: LinkTarget, language: Language): string {
  const essential = words.categories.filter(({ optional }) => !optional);
  if (essential.length === 0) return language.text('unsubscribe.stays_nothing');
  return language.list(essential.map((category) => categoryLabel(language, category)));
}
