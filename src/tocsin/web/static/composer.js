// Writing on a timeline: what is typed is kept until it has arrived, it is shown at once, and it arrives once.
// Words are only ever shown as text.

import { all, announce, one, phrase, put, shown } from './page.js';
import { catchUp, lose, parsed } from './live.js';
import { goTo } from './staying.js';

const PREFIX = 'tocsin.unsent.', PATIENCE = 20000;
const form = one('form[data-keeps]');
const text = form?.elements.text, once = form?.elements.once;
const name = form && PREFIX + form.dataset.keeps + (form.elements.corrects ? `.${form.elements.corrects.value}` : '');
const written = () => all('input, textarea, select', form).filter(field => field.name && !['hidden', 'file'].includes(field.type));
const isChoice = field => ['radio', 'checkbox'].includes(field.type);

/* A key that makes two requests the same one (the server keeps it for a day). */
const newOnce = () => [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('');

/* At sign-out nothing that was written stays on this device. */
export function forgetAll() { for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key); }

function keep() {
  const fields = {};
  for (const field of written()) if (!isChoice(field) || field.checked) (fields[field.name] ??= []).push(field.value);
  try { localStorage.setItem(name, JSON.stringify({ once: once.value, fields })); } catch { /* a full or forbidden store keeps nothing; the field still does */ }
}

/* What was written for an audience that one left is not offered to everybody. */
const isForOthers = audience => audience && !one(`#audience option[value="${CSS.escape(audience)}"]`, form);

function restore() {
  const kept = JSON.parse(localStorage.getItem(name) ?? 'null');
  if (!kept || text.value && !form.elements.corrects || isForOthers(kept.fields.audience?.[0])) return;
  once.value = kept.once;
  for (const field of written()) {
    const values = kept.fields[field.name] ?? [];
    if (isChoice(field)) field.checked = values.includes(field.value); else field.value = values[0] ?? '';
  }
}

/* The words as a row of their own, until the real one is here. */
function pend() {
  const template = one('#sending'), list = one('.timeline');
  if (!template || !list || !text.value.trim()) return null;
  const row = template.content.firstElementChild.cloneNode(true);
  put(one('b', row), one('.kinds :checked + span', form)?.textContent ?? phrase('Note'));
  put(one('p', row), text.value.trim());
  if (template.dataset.place === 'last') list.append(row); else list.prepend(row);
  return row;
}

function say(reason) {
  const line = one('#unsent');
  line.hidden = !reason;
  put(one('.words', line), reason);
  if (reason) announce(reason);
}

const why = (fresh, status) => (one('#write-err', fresh) ?? one('.lede', fresh))?.textContent.trim() || phrase('The server answered %(status)s.', { status });

async function deliver() {
  const from = Date.now(), body = new FormData(form), isMultipart = form.enctype === 'multipart/form-data';
  const answer = await fetch(form.action, { method: 'POST', body: isMultipart ? body : new URLSearchParams(body), signal: AbortSignal.timeout(PATIENCE) });
  if (!answer.ok) return why(await parsed(answer, from), answer.status);
  const { pathname, search } = new URL(answer.url), isOut = pathname.startsWith('/sign-in');
  if (!isOut) arrived();
  if (isOut || search || form.elements.corrects) { goTo(answer.url, text); return ''; }
  await catchUp();
  announce(phrase('Added to the timeline'));
  return '';
}

function arrived() {
  localStorage.removeItem(name);
  form.reset();
  text.value = '';
  if (form.contains(document.activeElement) && !shown(document.activeElement)) text.focus(); /* the question of a decision is gone */
  once.value = newOnce();
}

async function send(event) {
  event.preventDefault();
  if (text.readOnly) return;
  const row = pend();
  text.readOnly = true;
  say('');
  let reason;
  try { reason = await deliver(); } catch { reason = phrase('No connection.'); lose(phrase('Connection lost')); }
  row?.remove();
  text.readOnly = false;
  if (reason) { say(phrase('Not sent: %(reason)s What you wrote is kept here. Press Add to send it again; it arrives once.', { reason })); text.focus(); }
}

if (form) {
  restore();
  form.addEventListener('input', keep);
  form.addEventListener('submit', send);
  const toWrite = () => { if (location.hash === '#write') text.focus(); };
  addEventListener('hashchange', toWrite);
  document.addEventListener('click', event => { if (event.target.closest('a[href$="#write"]')) setTimeout(toWrite); });
  toWrite();
  const mentioned = one('#mentioned p')?.textContent.trim();
  if (mentioned) setTimeout(announce, 100, phrase('Added to the timeline. %(mentioned)s', { mentioned }));
}
