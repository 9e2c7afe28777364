// Keys: each does what a control that is to be seen does. Never while typing, never with a modifier.
// Which single keys there are stands on the controls (aria-keyshortcuts), nowhere else. Those that have no
// control are asked for by the name they are shipped with: a person may have others in their place.

import { all, inside, one, phrase, shown } from './page.js';

const chosen = JSON.parse(document.body.dataset.keymap ?? '{}');
export const yours = key => chosen[key] ?? key;
export const singleKeys = () => document.body.dataset.keys !== 'off';
const typing = target => target.closest?.('input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]');
const openDialog = () => one('dialog[open], dialog:popover-open');
const entries = () => (all('[data-row]').length ? all('[data-row]') : all('.timeline > li'));
let chordAt = 0;

/* Do what a control does: a choice in a form also leads to the words that it is about. */
export function use(control) {
  control.focus({ preventScroll: !control.matches('input, textarea, select') });
  if (control.matches('[type=radio]')) { control.click(); control.form?.elements.text?.focus(); return; }
  if (!control.matches('input, textarea, select')) control.click();
}

function move(step) {
  const rows = entries();
  if (!rows.length) return;
  const at = rows.findIndex(row => row.contains(document.activeElement));
  const row = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.max(0, Math.min(rows.length - 1, at + step))];
  const target = one('a.title', row) ?? row;
  if (target === row) row.tabIndex = -1;
  target.focus();
  row.scrollIntoView({ block: 'nearest' });
}

document.addEventListener('focusin', event => {
  all('tr.cursor').forEach(row => row.classList.remove('cursor'));
  event.target.closest?.('tr[data-row]')?.classList.add('cursor');
});

document.addEventListener('keydown', event => {
  const pressed = event.key.length === 1 ? event.key.toUpperCase() : event.key;
  if ((event.ctrlKey || event.metaKey) && !event.altKey) {
    if (pressed === 'K' && one('#palette-open')) { event.preventDefault(); one('#palette-open').click(); }
    if (pressed === 'Enter' && event.target.form) { event.preventDefault(); event.target.form.requestSubmit(); }
    return;
  }
  if (event.key === 'Escape' && typing(event.target) && !openDialog()) { event.target.blur(); return; }
  if (event.altKey || typing(event.target) || openDialog() || !singleKeys()) return;
  if (event.shiftKey && /^\p{Lu}$/u.test(pressed)) return;
  const chord = Date.now() - chordAt < 900 && all(`[data-chord="${CSS.escape(event.key.toLowerCase())}"]`)[0];
  chordAt = pressed === yours('G') ? Date.now() : 0;
  if (chord) { chord.click(); return; }
  if (pressed === yours('J') || pressed === yours('K')) { move(pressed === yours('J') ? 1 : -1); return; }
  const row = document.activeElement?.closest('[data-key]'), named = all(`[aria-keyshortcuts="${CSS.escape(pressed)}"]`).filter(shown);
  const control = named.find(each => row?.contains(each)) ?? named.find(each => !each.closest('[data-key]'));
  if (control) { event.preventDefault(); use(control); }
});

/* The overview names exactly what works on this page, as it is now. */
const words = control => [...control.childNodes].filter(node => node.nodeName !== 'KBD').map(node => node.textContent).join('').trim();
const named = control => control.dataset.command ?? control.ariaLabel ?? words(control);
const isPill = control => control.matches('.fresh');

function working() {
  const found = new Map(), add = (keys, act) => { if (!found.has(keys)) found.set(keys, act); };
  if (one('#palette-open')) add('Ctrl K', phrase('Search or run a command'));
  if (singleKeys()) {
    for (const control of all('[aria-keyshortcuts]').filter(each => shown(each) || isPill(each))) {
      const key = control.getAttribute('aria-keyshortcuts');
      if (!key.includes('+')) add(key, isPill(control) ? phrase('Show waiting updates') : named(control));
    }
    if (entries().length) add(`${yours('J')} ${yours('K')}`, all('[data-row]').length ? phrase('Next and previous row') : phrase('Next and previous entry'));
    if (one('[data-row] a.title')) add('Enter', phrase('Open the row'));
    if (one('[data-row] input[name=row]')) { add(yours('X'), phrase('Select the row in focus')); add(`Shift ${yours('X')}`, phrase('Select all from the last one to here')); }
    for (const place of all('[data-chord]')) add(`${yours('G')} ${place.dataset.chord.toUpperCase()}`, phrase('Go to %(place)s', { place: inside(named(place)) }));
  }
  if (all('form textarea').length) add('Ctrl Enter', phrase('Send what you write'));
  add('Esc', phrase('Close, or leave a field'));
  return found;
}

function line([keys, act]) {
  const term = document.createElement('dt'), what = document.createElement('dd');
  for (const key of keys.split(' ')) { const cap = document.createElement('kbd'); cap.textContent = key; term.append(cap, ' '); }
  what.textContent = act;
  return [term, what];
}

one('#shortcuts')?.addEventListener('beforetoggle', event => {
  if (event.newState === 'open') one('#keys').replaceChildren(...[...working()].flatMap(line));
});

/* Who follows an address to an entry, or comes back after a deed on it, goes on from there. */
const there = /^#entry-[a-z\d-]+$/.test(location.hash) && document.getElementById(location.hash.slice(1));
if (there) { there.tabIndex = -1; there.focus({ preventScroll: true }); }
