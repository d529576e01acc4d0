import { NotifyClient } from '/inbox.js';
import { Api } from './api.js';
import { byId, element, toast } from './dom.js';

const SESSION = '/api/dev/session';
const HELP = {
  unsupported: 'This browser has no push messages. A test device of the sandbox gets them all the same.',
  'needs-install': 'Add this page to the home screen first, and open it from there.',
  denied: 'This browser blocks what this page wants to tell you. Allow it in its settings for this site.',
  off: 'A browser is told when no page is open, too. Without internet a test device of the sandbox does.',
  on: 'This browser is told when no page is open, too.',
};

/** The browsers of the person whose bell this is: this one, and devices that the sandbox plays. */
class PushCard {
  #push = new NotifyClient({ base: location.origin, tokenUrl: SESSION }).push;

  constructor({ user }) {
    byId('push-title').textContent = `Push, to ${user.first_name}'s browsers`;
    byId('push-turn').addEventListener('click', () => this.#do(() => this.#turn()));
    byId('push-add').addEventListener('click', () => this.#do(() => this.#addDevice()));
  }

  async show() {
    const devices = await this.#push.devices();
    const state = await this.#push.state();
    byId('push-help').textContent = HELP[state];
    const turn = byId('push-turn');
    turn.hidden = state !== 'on' && state !== 'off';
    turn.dataset.state = state;
    turn.textContent = state === 'on' ? 'Turn off in this browser' : 'Turn on in this browser';
    byId('push-devices').replaceChildren(...devices.map((device) => this.#row(device)));
    byId('push').hidden = false;
  }

  #row({ id, device_name: name, endpoint_host: host, current, outdated }) {
    const remove = element(
      'button',
      { type: 'button', class: 'copy', 'aria-label': `Remove ${name}` },
      'Remove',
    );
    remove.addEventListener('click', () => this.#do(() => this.#push.remove(id)));
    const where = current ? 'this browser' : host;
    const note = outdated ? `${where}; subscribed with an old key: nothing is sent there` : where;
    return element('li', {}, element('span', {}, `${name} `, element('small', {}, note)), remove);
  }

  #turn() {
    const on = byId('push-turn').dataset.state === 'on';
    return on ? this.#push.unsubscribe() : this.#push.subscribe({ workerUrl: '/push-worker.js' });
  }

  /** As a browser does it: the device says where it is reached, and the person says that it is theirs. */
  async #addDevice() {
    const { body: session } = await new Api().get(SESSION);
    const { body: device } = await new Api().post('/api/dev/devices', { name: 'Test device' });
    const { name, endpoint, keys } = device;
    const subscription = { endpoint, keys, device_name: name };
    await new Api(session.token).post('/api/notifications/push-subscriptions', subscription);
    toast('Send something: what the device gets is at the top, and in the sandbox.');
  }

  async #do(act) {
    try {
      await act();
    } catch (error) {
      toast(error.message);
    }
    await this.show();
    // The button that was pressed may be gone.
    if (document.activeElement === document.body) byId('push-add').focus();
  }
}

/** Where the service has no push there is nothing to show. */
export async function showPush(session, health) {
  const { mode = 'off' } = health.channels.push ?? {};
  if (mode !== 'off') await new PushCard(session).show();
}
