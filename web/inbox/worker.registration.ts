import type { WorkerMessage } from '../push/enrolment.js';
import { PushError } from './push.error.js';

interface TrustedTypes {
  createPolicy(name: string, rules: object): { createScriptURL(url: string): string };
}

/** For pages that let no script in by a bare address: they name this policy. */
const policy = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
let trusted: ReturnType<TrustedTypes['createPolicy']> | undefined;

function trustedUrl(url: string): string {
  trusted ??= policy?.createPolicy('notify-push', { createScriptURL: (given: string) => given });
  return trusted?.createScriptURL(url) ?? url;
}

export const registrationAt = (workerUrl: string): Promise<ServiceWorkerRegistration | undefined> =>
  navigator.serviceWorker.getRegistration(workerUrl);

/** Registered, and far enough that it can be subscribed with. */
export async function activated(workerUrl: string): Promise<ServiceWorkerRegistration> {
  try {
    const registration = await navigator.serviceWorker.register(trustedUrl(workerUrl));
    const { installing, waiting, active } = registration;
    if (!active) await activation(installing ?? waiting);
    return registration;
  } catch (error) {
    throw new PushError('worker', `The worker ${workerUrl} does not start: ${(error as Error).message}`);
  }
}

function activation(worker: ServiceWorker | null): Promise<void> {
  return new Promise((resolve, reject) => {
    worker?.addEventListener('statechange', () => {
      if (worker.state === 'activated') resolve();
      else if (worker.state === 'redundant') reject(new Error('It failed while it was installed.'));
    });
  });
}

/** Told of each push message that the worker of this page has shown. */
export function onPushed(hear: (id: string) => void): void {
  // Pages without https have none.
  const { serviceWorker } = navigator as Partial<Navigator>;
  serviceWorker?.addEventListener('message', ({ data }: MessageEvent<WorkerMessage | null>) => {
    if (data?.notify === 'pushed') hear(data.id);
  });
}
