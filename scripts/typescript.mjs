// node --import ./scripts/typescript.mjs x.ts: runs TypeScript as it stands, for tools outside the build.
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
