import { isNumber, phoneNumber } from './format.js';

const byId = (id) => document.getElementById(id);
const [form, note] = [byId('answer'), byId('answer-note')];
const { text } = form.elements;
const buttons = form.querySelectorAll('button');

/** The box in which the phone's owner answers; what is sent goes the way of every inbound text. */
export class ReplyBox {
  conversation = null;

  constructor() {
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.send(text.value);
    });
    text.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit();
    });
    for (const button of form.querySelectorAll('[data-word]')) {
      button.addEventListener('click', () => void this.send(button.dataset.word));
    }
  }

  show({ key, peer, own }) {
    if (this.conversation?.key === key) return;
    this.conversation = { key, peer, own };
    text.value = '';
    const answerable = isNumber(own);
    for (const control of [text, ...buttons]) control.disabled = !answerable;
    this.say(
      answerable
        ? ''
        : `No phone can answer a name (${own}). In India senders are names: people use links instead.`,
    );
  }

  async send(words) {
    if (words.trim() === '') return;
    const { peer, own } = this.conversation;
    const answer = await fetch('/api/dev/messages/reply', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ from: peer, to: own, text: words }),
    }).catch(() => undefined);
    if (answer?.ok) {
      text.value = '';
      this.say(outcomeOf(await answer.json(), own));
      text.focus();
    } else this.say((await answer?.json())?.detail ?? 'The sandbox does not answer.', true);
  }

  say(words, isBad = false) {
    note.textContent = words;
    note.classList.toggle('bad', isBad);
  }
}

function outcomeOf({ message: { webhook }, replies }, own) {
  if (!webhook) return `Nobody was told: ${phoneNumber(own)} has no SMS URL.`;
  if (replies.length > 0) return 'The service was told, and an answer came back.';
  return webhook.status === null
    ? ''
    : `The service was told, and answered ${webhook.status} without a text.`;
}
