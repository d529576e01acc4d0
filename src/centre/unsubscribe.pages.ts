import type { HtmlPage } from '../http/html.pages.js';
import type { Language } from '../preferences/language.js';
import { agreementOf, categoryLabel, channelLabel, closedNote } from '../preferences/wording.js';
import type { LinkTarget, Scope } from './unsubscribe.service.js';

/** What the person did on the page. */
interface Step {
  readonly scope: Scope;
  readonly wanted: boolean;
  /** What takes it back; empty where it has changed nothing. */
  readonly undo: string;
}

/** Only asks: mail scanners open links, so that opening one must not act. */
export const askingPage = (target: LinkTarget, wanted: boolean, language: Language): HtmlPage => ({
  page: 'unsubscribe/ask.njk',
  values: { ...shownOf(target, language), wanted, stays: staysOf(target, language) },
});

/** What was ended elsewhere is not for the link to bring back. */
export const elsewherePage = (target: LinkTarget, language: Language, status = 200): HtmlPage => ({
  page: 'unsubscribe/elsewhere.njk',
  status,
  values: shownOf(target, language),
});

export const donePage = (target: LinkTarget, step: Step, language: Language): HtmlPage => ({
  page: 'unsubscribe/done.njk',
  values: { ...shownOf(target, language), ...step },
});

/** What a page has said to the person before a step, with the words of consent: kept with the step. */
export function wordsBefore(
  step: 'leave' | 'undo' | 'return',
  { target, scope, language }: { target: LinkTarget; scope: Scope; language: Language },
): string {
  const { names, agreement } = shownOf(target, language);
  if (step === 'leave') return language.text(`unsubscribe.${scope}`, names);
  const said = language.text(step === 'undo' ? `unsubscribe.done_${scope}` : 'unsubscribe.off', names);
  const offered = step === 'undo' ? language.text('unsubscribe.undo') : agreement;
  return `${said} ${offered}`.trim();
}

function shownOf(target: LinkTarget, language: Language) {
  const names = namesOf(target, language);
  return {
    language,
    names,
    agreement: agreementOf(target.channel, language, target.brand),
    closed: closedNote(target.closed, names.channel, language),
  };
}

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
