import { byId, toast } from './dom.js';

/** The bell of this page, and how another page gets it. */
export function showEmbed() {
  byId('embed').textContent = [
    `<script type="module" src="${location.origin}/inbox.js"></script>`,
    '<notify-inbox token-url="/your-token-endpoint"></notify-inbox>',
  ].join('\n');
  // The orders of the examples are on no page here.
  byId('bell').addEventListener('click', (event) => {
    const link = event.composedPath().find((node) => node instanceof HTMLAnchorElement);
    if (!link) return;
    event.preventDefault();
    toast(`On your site this leads to ${new URL(link.href).pathname}.`);
  });
}
