import { describe, expect, it } from 'vitest';
import {
  choice,
  ConfigurationError,
  flag,
  integer,
  list,
  loadSettings,
  optional,
  settings,
  text,
  url,
} from './settings.js';

class Loft extends settings('The loft', {
  name: text('LOFT_NAME', 'what it is called'),
  size: integer('LOFT_SIZE', 'how many live there', { min: 1, max: 9, fallback: 4 }),
  open: flag('LOFT_OPEN', 'whether they may fly', { fallback: false }),
  kind: choice('LOFT_KIND', 'who lives there', ['pigeon', 'owl'], { fallback: 'pigeon' }),
  roof: optional(url('LOFT_URL', 'where it is')),
  friends: list('LOFT_FRIENDS', 'who may visit', { fallback: [] }),
}) {
  static problemsOf({ kind, size }: Loft) {
    return kind === 'owl' && size > 1 ? [{ env: 'LOFT_SIZE', message: 'must be 1: owls live alone' }] : [];
  }
}

const problemsOf = (env: Record<string, string>) => {
  try {
    loadSettings([Loft], env);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems.map(({ env: name }) => name);
    throw error;
  }
  return [];
};

describe('settings', () => {
  it('are read with their types and their defaults', () => {
    const loft = loadSettings([Loft], {
      LOFT_NAME: ' Home ',
      LOFT_OPEN: 'yes',
      LOFT_FRIENDS: 'a, b,',
      LOFT_URL: 'http://x/',
    }).get(Loft);
    expect(loft).toEqual({
      name: 'Home',
      size: 4,
      open: true,
      kind: 'pigeon',
      roof: 'http://x',
      friends: ['a', 'b'],
    });
  });

  it('report every problem at once, by the name of the variable', () => {
    expect(
      problemsOf({ LOFT_SIZE: '10', LOFT_OPEN: 'maybe', LOFT_KIND: 'bat', LOFT_URL: 'ftp://x' }),
    ).toEqual(['LOFT_NAME', 'LOFT_SIZE', 'LOFT_OPEN', 'LOFT_KIND', 'LOFT_URL']);
  });

  it('report combinations that make no sense', () => {
    expect(problemsOf({ LOFT_NAME: 'x', LOFT_KIND: 'owl', LOFT_SIZE: '2' })).toEqual(['LOFT_SIZE']);
  });

  it('treat an empty variable as not set', () => {
    expect(problemsOf({ LOFT_NAME: '', LOFT_SIZE: '' })).toEqual(['LOFT_NAME']);
  });
});
