import { TokensService } from '../../src/auth/tokens.service.js';
import { UnsubscribeLinks } from '../../src/preferences/unsubscribe.links.js';
import type { TestApp } from './app.js';

interface Event {
  readonly category: string;
  readonly channel: string;
  readonly wanted: boolean;
  readonly source: string;
  readonly ip: string;
  readonly wording: string;
  readonly detail: Record<string, unknown>;
}
interface Setting {
  readonly setting: string;
  readonly value: unknown;
  readonly source: string;
  readonly ip: string;
}
interface Preferences {
  readonly matrix: Record<string, Record<string, boolean>>;
  readonly [name: string]: unknown;
}
type Form = Readonly<Record<string, string | string[]>>;

let count = 0;

/** A person whom nobody else is in this run, with the links to their pages. */
export class Visitor {
  readonly id = `person-${(count += 1)}`;
  /** Their page of preferences: `/preferences/...`. */
  page = '';

  private constructor(readonly service: TestApp) {}

  static async to(service: TestApp): Promise<Visitor> {
    const visitor = new Visitor(service);
    const { id } = visitor;
    await visitor.known({ email: `${id}@example.com`, phone: '+919876543210', first_name: 'Asha' });
    const { body } = await service.call<{ url: string }>('POST', `/api/users/${id}/preference_links`, {
      body: {},
    });
    visitor.page = visitor.pathOf(body.url);
    return visitor;
  }

  known(fields: object) {
    return this.service.call('PUT', `/api/users/${this.id}`, { body: fields });
  }

  /** The way out of their order mails, or of another kind. */
  way(category = 'order', channel = 'email'): string {
    const links = this.service.app.get(UnsubscribeLinks, { strict: false });
    return this.pathOf(links.urlFor({ userId: this.id, category, channel }));
  }

  pathOf(url: string): string {
    return url.slice(this.service.url.length);
  }

  signed(purpose: string, payload: unknown): string {
    return this.service.app.get(TokensService, { strict: false }).sign(purpose, payload);
  }

  get(path: string, headers: Record<string, string> = {}) {
    return this.service.call<string>('GET', path, { as: null, headers });
  }

  async post(path: string, form: Form) {
    const fields = Object.entries(form).flatMap(([name, value]) =>
      [value].flat().map((one): [string, string] => [name, one]),
    );
    const answer = await fetch(`${this.service.url}${path}`, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(fields).toString(),
    });
    return {
      status: answer.status,
      location: answer.headers.get('location'),
      body: await answer.text(),
    };
  }

  /** What was kept of their choices and settings. */
  async ledger() {
    const { body } = await this.service.call<{
      preferences: { history: Event[]; settings_history: Setting[] };
    }>('GET', `/api/users/${this.id}/export`);
    return body.preferences;
  }

  async preferences() {
    const path = `/api/notifications/preferences?user=${this.id}`;
    return (await this.service.call<Preferences>('GET', path)).body;
  }
}
