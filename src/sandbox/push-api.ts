import { DomainError, notFound } from '../http/domain.error.js';
import { problemOf } from './dev-api.js';
import { bodyOf, bytesOf, json, type Answer, type Api, type Request, type Route } from './http-server.js';
import type { PushDevice } from './push-device.js';
import type { SandboxPushService } from './push-service.js';

const DEVICES = /^\/api\/dev\/devices\/?$/;
const LONGEST_NAME = 100;
const USUAL_NAME = 'Sandbox browser';

/** Browsers that nobody has to have, and the push service that serves them. */
export class PushApi implements Api {
  readonly answerError = problemOf;
  readonly routes: readonly Route[] = [
    { method: 'GET', path: DEVICES, answer: () => json(this.pushes.list().map(viewOf)) },
    { method: 'POST', path: DEVICES, answer: (request) => this.add(request) },
    { method: 'DELETE', path: /^\/api\/dev\/devices\/([\w-]+)$/, answer: (request) => this.remove(request) },
    { method: 'POST', path: /^\/push\/([\w-]+)$/, answer: (request) => this.take(request) },
  ];

  constructor(private readonly pushes: SandboxPushService) {}

  private async add(request: Request): Promise<Answer> {
    return json(viewOf(this.pushes.add(nameIn(await bodyOf(request)))), 201);
  }

  private remove({ params: [id = ''] }: Request): Answer {
    if (this.pushes.remove(id)) return { status: 204 };
    throw notFound('device.not-found', `There is no device ${id}: GET /api/dev/devices lists them.`);
  }

  private async take(request: Request): Promise<Answer | undefined> {
    const { params, incoming } = request;
    const answer = await this.pushes.take(params[0] ?? '', incoming.headers, await bytesOf(request));
    if (!answer) {
      incoming.socket.resetAndDestroy();
      return undefined;
    }
    const { status, reason, retryAfter } = answer;
    if (reason === undefined) return { status };
    const { headers, ...rest } = json({ code: status, message: reason }, status);
    return {
      ...rest,
      headers: { ...headers, ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }) },
    };
  }
}

/** What a browser gives away when it subscribes, and its name here. */
const viewOf = ({ id, name, endpoint, keys }: PushDevice) => ({ id, name, endpoint, keys });

function nameIn(body: string): string {
  try {
    const { name = USUAL_NAME, ...more } = JSON.parse(body === '' ? '{}' : body) as Record<string, unknown>;
    const isName = typeof name === 'string' && name.trim() !== '' && name.length <= LONGEST_NAME;
    if (isName && Object.keys(more).length === 0) return name.trim();
  } catch {
    // The same answer.
  }
  const detail = `The body must be {} or a JSON object with a name of at most ${LONGEST_NAME} characters, as {"name": "My phone"}.`;
  throw new DomainError({ status: 422, code: 'device.invalid', detail });
}
