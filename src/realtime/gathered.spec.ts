import { expect, it, vi } from 'vitest';
import { Gathered } from './gathered.js';

const lengths = (keys: string[]) => Promise.resolve(new Map(keys.map((key) => [key, key.length])));

it('looks up together what is asked for in one turn, each key once', async () => {
  const lookUp = vi.fn(lengths);
  const gathered = new Gathered(lookUp);
  expect(await Promise.all(['a', 'bb', 'a'].map((key) => gathered.get(key)))).toEqual([1, 2, 1]);
  expect(lookUp.mock.calls).toEqual([[['a', 'bb']]]);
  expect(await gathered.get('ccc')).toBe(3);
  expect(lookUp).toHaveBeenCalledTimes(2);
});

it('asks for no more than the most at once', async () => {
  const lookUp = vi.fn(lengths);
  const gathered = new Gathered(lookUp, 2);
  expect(await Promise.all(['a', 'b', 'c', 'd', 'e'].map((key) => gathered.get(key)))).toEqual([
    1, 1, 1, 1, 1,
  ]);
  expect(lookUp.mock.calls.map(([keys]) => keys.length)).toEqual([2, 2, 1]);
});

it('answers undefined for what is not found, and fails all who asked together', async () => {
  const gathered = new Gathered((keys: string[]) =>
    keys.includes('bad') ? Promise.reject(new Error('no')) : Promise.resolve(new Map<string, number>()),
  );
  expect(await gathered.get('a')).toBeUndefined();
  const asked = await Promise.allSettled([gathered.get('a'), gathered.get('bad')]);
  expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});
