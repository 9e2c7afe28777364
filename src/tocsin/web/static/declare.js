// Declaring: looks ahead while one types, and keeps a draft on this device until it was declared.
// Of what is restricted nothing is kept. Every part works without it.

import { all, later, one, phrase, put } from './page.js';
import { goTo } from './staying.js';

const form = one('[data-ahead]'), fields = form.elements;
const KEY = `tocsin.unsent.declare.${form.dataset.draft}`;
const parsed = async answer => new DOMParser().parseFromString(await answer.text(), 'text/html');

const MODES = { training: phrase('training'), drill: phrase('drill'), retrospective: phrase('retrospective') };

/* The button names the severity, and what is not real. */
function name() {
  const severity = fields.severity.value, mode = fields.mode.value;
  const said = [phrase('Declare'), severity && `Sev-${severity}`, mode !== 'live' && `(${MODES[mode] ?? mode})`].filter(Boolean).join(' ');
  all('[data-names-severity]').forEach(label => put(label, said));
}

/* What is known, suggested, prepared and will happen: always of what was typed last. */
let asked = 0;
async function ahead() {
  const mine = ++asked;
  try {
    const answer = await fetch(form.dataset.ahead, { method: 'POST', body: new URLSearchParams(new FormData(form)) });
    if (!answer.ok || answer.redirected || mine !== asked) return;
    const page = await parsed(answer), sprite = one('#icons', page);
    if (mine !== asked) return;
    for (const id of ['best', 'suggested', 'known', 'will']) one(`#${id}`).replaceWith(one(`#${id}`, page));
    const prepared = one('#prepared', page);
    if (prepared.dataset.template !== one('#prepared').dataset.template) one('#prepared').replaceWith(prepared);
    if (sprite) for (const symbol of all('symbol', sprite)) if (!document.getElementById(symbol.id)) one('#icons').append(symbol);
  } catch { /* declaring works without it */ }
}
const look = later(ahead, 300);

/* The draft. A sign-out forgets it, as it does with everything unsent. */
const isSecret = () => Boolean(fields.restricted?.checked);
const typed = () => [...fields].filter(field => field.name && field.type !== 'hidden' && field.type !== 'submit');
const isChoice = field => ['radio', 'checkbox'].includes(field.type);
function show(isKept) { one('#draft').hidden = !isKept; }
function forget() { try { localStorage.removeItem(KEY); } catch { /* nothing is kept where nothing may be */ } show(false); }

function keep() {
  if (isSecret() || !fields.title.value.trim()) { forget(); return; }
  const draft = {};
  for (const field of typed()) if (!isChoice(field) || field.checked) draft[field.name] = field.value;
  try { localStorage.setItem(KEY, JSON.stringify(draft)); show(true); } catch { show(false); }
}

function restore() {
  let draft = null;
  try { draft = JSON.parse(localStorage.getItem(KEY) ?? 'null'); } catch { /* unreadable: none */ }
  if (!draft || fields.title.value) return;
  for (const field of typed()) {
    if (isChoice(field)) field.checked = draft[field.name] === field.value;
    else if (draft[field.name] !== undefined) field.value = draft[field.name];
  }
  if (fields.over.checked) one('details.more').open = true;
  show(true);
}

one('[data-discard]').addEventListener('click', () => { forget(); form.reset(); for (const field of typed()) if (!isChoice(field) && field.tagName === 'INPUT') field.value = ''; name(); ahead(); fields.title.focus(); });

/* Sending: what could not be sent stays in the form, and it is said what to do meanwhile. */
const done = answer => answer.redirected && new URL(answer.url).pathname.startsWith('/incidents/');
form.addEventListener('submit', async event => {
  if (event.submitter?.hasAttribute('formaction')) { forget(); return; }
  event.preventDefault();
  if (form.dataset.sent) return;
  form.dataset.sent = 'yes';
  one('#unreached').hidden = true;
  try {
    const answer = await fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)), signal: AbortSignal.timeout(20000) });
    if (answer.redirected) { if (done(answer)) forget(); goTo(answer.url, form); return; }
    if (answer.status >= 500) throw new Error(answer.statusText);
    const page = await parsed(answer);
    if (!one('[data-ahead]', page)) { HTMLFormElement.prototype.submit.call(form); return; }
    refuse(page);
  } catch { one('#unreached').hidden = false; one('#unreached').scrollIntoView({ block: 'nearest' }); }
  delete form.dataset.sent;
});

/* The refusal stands beside its field, as on the page that the server made; what is typed stays. */
function refuse(page) {
  for (const field of all('[aria-invalid]', form)) field.removeAttribute('aria-invalid');
  for (const note of all('.err, .note.bad[role=alert]:not(#unreached)', form)) note.remove();
  for (const made of all('.err', page)) {
    const place = document.getElementById(made.id);
    if (place) place.replaceWith(made); else one(`#${made.id.split('-')[0]}`)?.after(made);
  }
  const general = one('.note.bad[role=alert]:not(#unreached)', page);
  if (general) one('#draft').before(general);
  const wrong = all('[aria-invalid]', page).map(field => document.getElementById(field.id)).filter(Boolean);
  for (const field of wrong) { field.setAttribute('aria-invalid', 'true'); if (field.closest('details')) field.closest('details').open = true; }
  (wrong[0] ?? fields.title).focus();
}

for (const kind of ['input', 'change']) form.addEventListener(kind, () => { keep(); name(); look(); });
restore();
name();
if (fields.title.value) ahead();
