// Roles, tasks and who is here: forms of the rail are sent without leaving the page, and a slow beat says
// that it is open. Every form works without it.

import { all, one } from './page.js';
import { catchUp, parsed } from './live.js';
import { focusOn } from './staying.js';

const BEAT = 30_000, HOUR = 3_600_000;

/* Sent and shown at once; what was refused is shown where it was asked. */
document.addEventListener('submit', async event => {
  const form = event.target;
  if (!form.matches?.('form[data-quiet]') || event.defaultPrevented) return;
  event.preventDefault();
  const part = form.closest('section'), entry = one('[name=line]', form);
  try {
    const answer = await fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)) });
    if (new URL(answer.url).pathname.startsWith('/sign-in')) { location.assign(answer.url); return; }
    const other = (await parsed(answer)).getElementById(part.id);
    if (!other) { location.reload(); return; }
    part.replaceWith(document.adoptNode(other));
    focusOn(one(entry ? '[name=line]' : 'h2', other));
    if (answer.ok) catchUp();
  } catch { delete form.dataset.sent; }
});

/* The dialogs of tasks begin with the task at whose button they were opened. */
document.addEventListener('click', event => {
  const opener = event.target.closest('[data-task]');
  if (opener) one('[name=task]', document.getElementById(opener.getAttribute('popovertarget'))).value = opener.dataset.task;
});

/* Who is here. Somebody who touched nothing for an hour is not counted, and their session may end. */
let touched = Date.now();
for (const kind of ['pointerdown', 'keydown', 'scroll']) addEventListener(kind, () => { touched = Date.now(); }, { passive: true });

async function beat() {
  const here = one('[data-here]');
  if (!here || Date.now() - touched > HOUR) return;
  try {
    const answer = await fetch(here.dataset.here, { method: 'POST', headers: { 'x-csrf-token': here.dataset.csrf }, redirect: 'manual' });
    if (answer.ok) one('[data-here]')?.replaceChildren(...all(':scope > :not(#icons)', (await parsed(answer)).body));
  } catch { /* the stream says that the connection is lost */ }
}

if (one('[data-here]')) { beat(); setInterval(beat, BEAT); }
