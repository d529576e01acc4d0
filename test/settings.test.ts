import { expect, it } from 'vitest';
import { settingsGroups } from '../src/app.module.js';
import { exampleOf } from './support/env.example.js';

it('.env.example lists every setting there is, and no other', async () => {
  await expect(exampleOf(settingsGroups)).toMatchFileSnapshot('../.env.example');
});
