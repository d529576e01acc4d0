import type { Behaviour } from './behaviour.js';
import { NOTHING_WRONG } from './behaviour.js';
import { planOf, planView } from './behaviour-request.js';
import { problemOf } from './dev-api.js';
import { TEXT_ERRORS } from './text-errors.js';
import { bodyOf, json, type Answer, type Api, type Request, type Route } from './http-server.js';

const PATH = /^\/api\/dev\/behaviour\/?$/;

/** What goes wrong on purpose, set from outside while the sandbox runs. */
export class BehaviourApi implements Api {
  readonly answerError = problemOf;
  readonly routes: readonly Route[] = [
    { method: 'GET', path: PATH, answer: () => this.show() },
    { method: 'PUT', path: PATH, answer: (request) => this.set(request) },
    { method: 'DELETE', path: PATH, answer: () => this.mend() },
    { method: 'GET', path: /^\/api\/dev\/behaviour\/codes$/, answer: () => json(TEXT_ERRORS) },
  ];

  constructor(private readonly behaviour: Behaviour) {}

  private show(): Answer {
    return json({ ...planView(this.behaviour.plan), done: this.behaviour.done });
  }

  private async set(request: Request): Promise<Answer> {
    this.behaviour.set(planOf(await bodyOf(request)));
    return this.show();
  }

  private mend(): Answer {
    this.behaviour.set(NOTHING_WRONG);
    return { status: 204 };
  }
}
