import { plural } from './format.js';

/** What the form can say of a group of faults; anything else was set through the API, and stays. */
const ALWAYS = 1;

const TEXTS = {
  error_before: 'The API answers 503 and takes no text',
  error_after: 'The API answers 503 and has taken the text',
  limit: 'The API answers 429, come back later',
  hang_before: 'The API does not answer',
  hang_after: 'The API does not answer and has taken the text',
  reset_before: 'The API hangs up',
  reset_after: 'The API hangs up and has taken the text',
};
const CALLBACKS = {
  lost: 'Callbacks are lost',
  late: 'Callbacks come late',
  doubled: 'Callbacks come twice',
  reversed: 'Callbacks come in reverse',
  early: 'Callbacks come before the answer of the API',
  strange: 'Callbacks come with those of others',
};
const MAILS = {
  refused: 'The mailbox says: try again later (451)',
  break_before: 'The mail server breaks off before the end of a mail',
  break_after: 'The mail server breaks off when it has the mail',
};
const PUSHES = {
  error_before: 'The push service answers 503 and shows nothing',
  error_after: 'The push service answers 500 and has shown it',
  reset_after: 'The push service hangs up and has shown it',
  limit: 'The push service answers 429, come back later',
  refused: 'The push service refuses who sends (403)',
  gone: 'Browsers have turned push off (410)',
};
export const GROUPS = { texts: TEXTS, callbacks: CALLBACKS, mails: MAILS, pushes: PUSHES };

/** The one fault that always happens, '' for none, or `other` where the API has set shares. */
export function chosen(plan, group) {
  const rates = Object.entries(plan[group] ?? {}).filter(([, rate]) => rate > 0);
  if (rates.length === 0) return '';
  return rates.length === 1 && rates[0][1] === ALWAYS ? rates[0][0] : 'other';
}

/** The plan with what the form says; `choices` has a fault, '' or `other` for each group. */
export function planFrom(before, { count, code, delay, late, optOuts, unauthorized, choices }) {
  const { seed, most, retry_after } = before;
  const groups = Object.entries(choices).flatMap(([group, fault]) => {
    if (fault === 'other') return [[group, before[group]]];
    return fault === '' ? [] : [[group, { [fault]: ALWAYS }]];
  });
  return {
    seed,
    most,
    retry_after,
    fail_next: count > 0 ? { count, code } : null,
    delay_ms: delay,
    late_ms: late,
    opt_outs: optOuts,
    unauthorized,
    ...Object.fromEntries(groups),
  };
}

/** What is not as usual, a sentence each. */
export function sentences(plan, errors) {
  const { fail_next: next, delay_ms, late_ms, unauthorized, opt_outs } = plan;
  const seconds = (ms) => `${ms / 1000} s`;
  return [
    next && `The next ${plural(next.count, 'text')} ${failing(next, errors)}`,
    unauthorized && 'The account is refused (20003)',
    delay_ms > 0 && `Texts are ${seconds(delay_ms)} longer on their way`,
    ...Object.entries(GROUPS).flatMap(([group, words]) =>
      Object.entries(plan[group] ?? {}).map(([fault, rate]) => {
        const late = fault === 'late' || fault === 'early' ? ` (${seconds(late_ms)})` : '';
        return rate > 0 && `${words[fault]}${late}${rate < ALWAYS ? ` (${Math.round(rate * 100)} %)` : ''}`;
      }),
    ),
    opt_outs && 'The carrier answers STOP, START and HELP itself',
  ].filter(Boolean);
}

function failing({ count, code }, errors) {
  const outcome = errors.find((error) => error.code === code)?.outcome ?? 'failed';
  const verb = outcome === 'refused' ? (count === 1 ? 'is refused' : 'are refused') : `ends ${outcome}`;
  return `${count > 1 ? verb.replace('ends', 'end') : verb} with ${code}`;
}
