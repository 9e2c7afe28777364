// Makes pages faster: keys, palette, live values. Every page works without it.
// It evaluates nothing, writes no markup from text, and asks this server only.

import { all, later, one, phrase, put, shown } from './page.js';
import { catchUp, start } from './live.js';
import { singleKeys, use, yours } from './keys.js';
import { forgetAll } from './composer.js';
import './attaching.js';
import './people.js';
import { goTo } from './staying.js';

document.documentElement.dataset.script = 'on';

/* Palette: what this page can do, where one can go, and incidents by their words. */
const palette = one('#palette'), asked = palette && one('input', palette), results = palette && one('#cmds');

let openings = 0;
function openPalette() { openings += 1; palette.showModal(); asked.value = ''; list(''); }

function commands(words) {
  const seen = new Set(), fits = label => words.every(word => label.toLowerCase().includes(word));
  return all('[data-command]').filter(control => {
    const label = control.dataset.command, hidden = !shown(control) || seen.has(label);
    seen.add(hidden ? '' : label);
    return !hidden && fits(label);
  });
}

function option(label, icon, keys, act) {
  const made = document.createElement('div');
  made.role = 'option';
  if (icon) made.append(icon.cloneNode(true));
  made.append(...label);
  if (keys) { const kbd = document.createElement('kbd'), right = document.createElement('span'); kbd.textContent = keys; right.className = 'keys'; right.append(kbd); made.append(right); }
  made.onclick = () => { palette.close(); act(); };
  return made;
}

function group(title, options) {
  if (!options.length) return [];
  const made = document.createElement('div'), head = document.createElement('h3');
  made.role = 'group'; head.role = 'presentation'; head.textContent = title; made.setAttribute('aria-label', title);
  made.append(head, ...options);
  return [made];
}

/* Pieces of a text, each with whether it is what was looked for. */
function told(pieces, look) {
  const made = document.createElement('span');
  made.className = look;
  for (const [text, isMatch] of pieces) { const piece = document.createElement(isMatch ? 'mark' : 'span'); piece.textContent = text; made.append(piece); }
  return made;
}

async function searched(text) {
  const icon = one('[data-chord="i"] svg'), answer = await fetch(`/search/found?q=${encodeURIComponent(text)}`, { signal: AbortSignal.timeout(4000) });
  if (!answer.ok) return [];
  const label = row => [told([[row.reference, false]], 'id'), told(row.title, 'name'), ...(row.excerpt.length ? [told(row.excerpt, 'trunc muted')] : [])];
  const found = (await answer.json()).map(row => option(label(row), icon, '', () => { location.href = row.href; }));
  const [before, after] = phrase('All that is found for %(text)s', { text: '\0' }).split('\0'), pieces = [[before, false], [text.trim(), true], [after, false]];
  const everything = option([told(pieces.filter(([piece]) => piece), 'trunc')], one('#palette-open svg'), '', () => { location.href = `/search?q=${encodeURIComponent(text)}`; });
  return found.length ? [...found, everything] : [];
}

let question = 0, listed = '';
async function list(text) {
  const mine = ++question, words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = commands(words), isPlace = control => control.dataset.chord !== undefined;
  const icon = control => one('svg', control) ?? one('#palette-icon').content.firstElementChild;
  const keysOf = control => (singleKeys() ? control.getAttribute('aria-keyshortcuts') ?? (isPlace(control) ? `${yours('G')} ${control.dataset.chord.toUpperCase()}` : '') : '');
  const made = control => option([control.dataset.command], icon(control), keysOf(control), () => use(control));
  const isHere = control => Boolean(control.closest('main')), isRest = control => !isPlace(control) && !isHere(control);
  const here = group(phrase('On this page'), found.filter(isHere).map(made));
  const places = [...group(phrase('Go to'), found.filter(isPlace).map(made)), ...group(phrase('Everywhere'), found.filter(isRest).map(made))];
  let incidents = [];
  if (text.trim().length > 1) {
    try {
      incidents = await searched(text);
    } catch { /* commands work without the server */ }
    if (mine !== question) return;
  }
  const means = text.trim().toLowerCase(), isMeant = means && found.some(control => control.dataset.command.toLowerCase().startsWith(means));
  const acts = [...here, ...places], known = group(phrase('Incidents'), incidents);
  results.replaceChildren(...(isMeant ? [...acts, ...known] : [...known, ...acts]));
  listed = text;
  const options = all('[role=option]', results);
  if (!options.length) { const none = document.createElement('p'); none.className = 'small muted none'; none.textContent = phrase('Nothing fits.'); none.role = 'option'; none.setAttribute('aria-disabled', 'true'); results.append(none); }
  options.forEach((each, at) => { each.id = `cmd-${at}`; });
  select(options, 0);
}

function select(options, at) {
  options.forEach((each, place) => each.setAttribute('aria-selected', String(place === at)));
  if (!options.length) { asked.removeAttribute('aria-activedescendant'); return; }
  asked.setAttribute('aria-activedescendant', options[at].id);
  options[at].scrollIntoView({ block: 'nearest' });
}

if (palette) {
  one('#palette-open')?.addEventListener('click', event => { event.preventDefault(); openPalette(); });
  asked.addEventListener('input', later(() => list(asked.value), 120));
  asked.addEventListener('keydown', async event => {
    const options = all('[role=option]:not([aria-disabled])', results), at = options.findIndex(each => each.ariaSelected === 'true');
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && options.length) { event.preventDefault(); select(options, (at + step + options.length) % options.length); }
    if (event.key !== 'Enter') return;
    event.preventDefault();
    /* Who types faster than we look means what they typed, not what was listed before. */
    const opened = openings, isStillOpen = () => palette.open && opened === openings;
    while (isStillOpen() && listed !== asked.value) await list(asked.value);
    if (isStillOpen()) one('[aria-selected=true]:not([aria-disabled])', results)?.click();
  });
  palette.addEventListener('click', event => { if (event.target === palette) palette.close(); });
}

/* Dialogs: the first field has the focus as they open, not after somebody has begun to type; Cancel closes without a round trip. */
document.addEventListener('beforetoggle', event => {
  const dialog = event.target;
  if (!dialog.matches('dialog[popover]') || event.newState !== 'open') return;
  for (const each of all('[autofocus]', dialog)) each.autofocus = false;
  const first = one('[type=radio]:checked', dialog) ?? one('input:not([type=hidden]), select, textarea', dialog);
  if (first) first.autofocus = true;
}, true);
/* Whoever opened one by key sees where they are again. */
document.addEventListener('toggle', event => {
  if (event.target.matches('dialog[popover]') && event.newState === 'closed') document.activeElement?.scrollIntoView({ block: 'nearest' });
}, true);
function shut(dialog) {
  dialog.removeAttribute('open');
  if (dialog.matches(':popover-open')) dialog.hidePopover();
}
/* One that the server opened is closed by the same key as one that was opened here. */
document.addEventListener('keydown', event => {
  const opened = event.key === 'Escape' && one('dialog.dialog[open]');
  if (opened) shut(opened);
});
document.addEventListener('click', event => {
  const close = event.target.closest('dialog [data-close]');
  if (!close) return;
  event.preventDefault();
  shut(close.closest('dialog'));
});

/* Forms: nothing is sent twice by a nervous click, and nothing typed is lost where the way is closed. */
document.addEventListener('submit', event => {
  const form = event.target;
  if (form.method !== 'post' || event.defaultPrevented) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = 'yes';
  setTimeout(() => { delete form.dataset.sent; }, 4000);
  if (form.matches('[action="/sign-out"]')) forgetAll();
  if (form.matches('[data-sends]')) { event.preventDefault(); deliver(form); }
});

async function deliver(form) {
  const line = one('.unsent', form);
  try {
    const answer = await fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)) });
    if (!answer.redirected) { form.submit(); return; }
    const { pathname, search } = new URL(answer.url);
    if (search || location.pathname !== pathname) { goTo(answer.url, form); return; }
    line.hidden = true;
    shut(form.closest('dialog'));
    form.reset();
    await catchUp();
  } catch { line.hidden = false; } finally { delete form.dataset.sent; }
}

for (const form of all('[data-theme-form]')) form.elements.back.value = location.pathname + location.search;

start();
