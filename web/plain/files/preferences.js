// Makes a page that works without this quicker: switches save themselves, one after the other.
const form = document.querySelector('form[data-saves-itself]');
const notice = form.closest('section').querySelector('[role="status"]');
const button = form.querySelector('button:not([type])');
let last = Promise.resolve();

button.hidden = true;
form.addEventListener('change', () => {
  last = last.then(save);
});

async function save() {
  say(form.dataset.saving);
  try {
    const body = new URLSearchParams(new FormData(form));
    const sent = body.getAll('on');
    const answer = await fetch(location.pathname, { method: 'POST', body });
    if (!answer.ok) throw new Error(`The service answered ${answer.status}.`);
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    hadNow(sent);
    say(page.querySelector('#choices [role="status"]').textContent.trim());
  } catch {
    button.hidden = false;
    say(form.dataset.failed);
  }
}

/** The next save tells only what was changed after this one. */
function hadNow(keys) {
  for (const input of form.querySelectorAll('input[name="had"]')) input.remove();
  for (const value of keys) {
    const input = Object.assign(document.createElement('input'), { type: 'hidden', name: 'had', value });
    form.append(input);
  }
}

function say(text) {
  const line = Object.assign(document.createElement('span'), { textContent: text });
  notice.replaceChildren(line);
}
