import { CommandFailure, EXIT } from './exit.js';

export interface TestSmsOptions {
  checkConfig?: boolean;
  phone?: string;
  message?: string;
  userEmail?: string;
  type?: string;
  dryRun?: boolean;
  verify?: boolean;
  /** Seconds, where they were given. */
  wait?: number | true;
  json?: boolean;
}

/** Refuses options that contradict each other, before anything is done. */
export function checkOptions({ checkConfig, phone, message, userEmail, type }: TestSmsOptions): void {
  const actions = [
    checkConfig && '--check-config',
    phone !== undefined && '--phone',
    userEmail !== undefined && '--user-email',
  ].filter((action) => typeof action === 'string');
  if (actions.length > 1) throw usage(`${actions.join(' and ')} exclude each other: give one of them.`);
  if (message !== undefined && phone === undefined) throw usage('--message goes with --phone.');
  if (type !== undefined && userEmail === undefined) throw usage('--type goes with --user-email.');
  if (message?.trim() === '') throw usage('--message must hold some text.');
}

export function secondsOf(text: string): number {
  const seconds = Number(text);
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= 3600) return seconds;
  throw usage(`--wait takes 1 to 3600 seconds, not "${text}".`);
}

export const usage = (message: string) => new CommandFailure(EXIT.usage, message);
