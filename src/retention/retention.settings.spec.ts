import { describe, expect, it } from 'vitest';
import { ConfigurationError, loadSettings } from '../config/settings.js';
import { RetentionSettings } from './retention.settings.js';

function problemsOf(content: string, metadata: string): string[] {
  const env = { RETENTION_CONTENT_DAYS: content, RETENTION_METADATA_DAYS: metadata };
  try {
    loadSettings([RetentionSettings], env);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems.map(({ message }) => message);
    throw error;
  }
}

describe('for how long things are kept', () => {
  it('is as long for the rows as for their words, or longer, or for ever', () => {
    for (const [content, metadata] of [
      ['90', '400'],
      ['90', '90'],
      ['90', '0'],
      ['0', '0'],
    ] as const)
      expect(problemsOf(content, metadata)).toEqual([]);
  });

  it('is at least the three days in which a provider may still be heard', () => {
    expect(problemsOf('3', '3')).toEqual([]);
    expect(problemsOf('2', '400')).toEqual([expect.stringContaining('must be 0, or at least 3')]);
  });

  it('is refused where rows would go before their words, with the cure', () => {
    expect(problemsOf('90', '89')).toEqual([expect.stringContaining('which is 90 days: raise it')]);
    expect(problemsOf('0', '400')).toEqual([expect.stringContaining('which is for ever (0)')]);
  });
});
