import { integer, settings, type SettingProblem } from '../config/settings.js';

/** For how long things are kept. */
export class RetentionSettings extends settings('Retention', {
  contentDays: integer(
    'RETENTION_CONTENT_DAYS',
    'how long words and addresses are kept after a message has gone, in days; 0 means for ever',
    { max: 36_500, fallback: 90 },
  ),
  metadataDays: integer(
    'RETENTION_METADATA_DAYS',
    'how long the rest is kept (that something went, when, how, for how much), in days; not less than the words; 0 means for ever',
    { max: 36_500, fallback: 400 },
  ),
}) {
  static problemsOf(values: RetentionSettings): SettingProblem[] {
    return [...tooShort(values), ...rowsBeforeWords(values)];
  }
}

/** Nothing is erased sooner; and what is due and may not go yet would be looked at again in each round. */
function tooShort({ contentDays }: RetentionSettings): SettingProblem[] {
  if (contentDays === 0 || contentDays >= 3) return [];
  const message = 'must be 0, or at least 3: so long a provider may still say what became of a message';
  return [{ env: 'RETENTION_CONTENT_DAYS', message }];
}

function rowsBeforeWords({ contentDays, metadataDays }: RetentionSettings): SettingProblem[] {
  if (metadataDays === 0 || (contentDays > 0 && contentDays <= metadataDays)) return [];
  const words = contentDays === 0 ? 'for ever (0)' : `${contentDays} days`;
  const message = `must not be less than RETENTION_CONTENT_DAYS, which is ${words}: raise it, or say 0 for ever`;
  return [{ env: 'RETENTION_METADATA_DAYS', message }];
}
