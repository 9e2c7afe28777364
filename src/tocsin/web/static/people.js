// Roles, tasks and who is here: forms of the rail are sent without leaving the page, and a slow beat says
// that it is open. Every form works without it.

import { all, one } from './page.js';
import { catchUp, morph, parsed, takeDialogs } from './live.js';
import { staying } from './staying.js';

const BEAT = 30_000, HOUR = 3_600_000;

/* Sent and shown at once; what was refused is shown where it was asked. A line that is sent leaves its field,
   so that the next can be written meanwhile; it comes back where it was refused or did not arrive. */
const written = form => all('input:not([type=hidden])', form);
const values = form => new Map(form ? written(form).map(field => [field.name, field.value]) : []);
const under = new WeakSet();

document.addEventListener('submit', async event => {
  const form = event.target, { line } = form.elements;
  if (!form.matches?.('form[data-quiet]') || event.defaultPrevented) return;
  event.preventDefault();
  if (line ? !line.value.trim() : under.has(form)) return;
  const { id } = form.closest('section'), body = new URLSearchParams(new FormData(form)), sent = line ? values(form) : new Map();
  under.add(form);
  if (line) { form.noValidate = true; form.reset(); for (const field of written(form)) field.value = ''; }
  try {
    const answer = await fetch(form.action, { method: 'POST', body });
    if (new URL(answer.url).pathname.startsWith('/sign-in')) { location.assign(answer.url); return; }
    const fresh = await parsed(answer), other = fresh.getElementById(id);
    if (!other) { location.reload(); return; }
    staying(() => { settle(document.getElementById(id), other); if (answer.ok) takeDialogs(fresh); });
    if (answer.ok) catchUp();
  } catch { give(form, sent); }
  under.delete(form);
  form.noValidate = false;
  if (line && form.contains(document.activeElement)) line.focus();
});

/* Words go before what was written in their field meanwhile. */
function give(form, said) {
  for (const field of form ? written(form) : []) field.value = field.name === 'line' ? [said.get('line'), field.value].filter(Boolean).join(' ') : said.get(field.name) || field.value;
}

/* A part as the server answered it. Elements stay, and with them the focus, a pressed button, a half-written line. */
function settle(part, other) {
  const said = values(one('.add-task', other)), once = one('[name=once]', other)?.value;
  for (const old of all('.err[role=alert]', part)) old.remove();
  for (const old of all('[aria-invalid]', part)) old.removeAttribute('aria-invalid');
  morph(part, other);
  give(one('.add-task', part), said);
  if (once) one('[name=once]', part).value = once;
}

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
