import { flag, integer, optional, settings, type SettingProblem, text } from '../config/settings.js';

/** The register of commercial texts in India. */
export class DltSettings extends settings('SMS to India (DLT)', {
  enabled: flag('DLT_ENABLED', 'refuses texts to +91 that are not as the register has them', {
    fallback: false,
  }),
  entityId: optional(
    text('DLT_ENTITY_ID', 'the principal entity that the register knows you as', {
      pattern: /^\d{10,25}$/,
      form: 'the number of the entity, of 10 to 25 digits',
      example: '1101234567890123456',
    }),
  ),
  variableLength: integer('DLT_VARIABLE_LENGTH', 'the most characters that stand for a variable', {
    min: 1,
    max: 200,
    fallback: 30,
  }),
}) {
  static problemsOf({ enabled, entityId }: DltSettings): SettingProblem[] {
    if (!enabled || entityId !== undefined) return [];
    const message = 'is not set, though DLT_ENABLED is true: the portal of your operator shows it';
    return [{ env: 'DLT_ENTITY_ID', message }];
  }
}
