// After a deed the focus goes on from where it was: on the control that was used, or on the heading of what
// it belonged to. Neither a page made anew nor a part put in its place leaves it at the top of the page.

import { all, one, shown } from './page.js';

const KEY = 'tocsin.stay', FRESH = 30000;
const WRONG = 'dialog[open] [aria-invalid=true], dialog[open] .err[role=alert], main .err[role=alert], main [aria-invalid=true]';
const isLost = () => !document.activeElement || document.activeElement === document.body;

export function focusOn(element) {
  if (!element) return;
  if (!element.matches('a[href], button, input, select, textarea, [tabindex]')) element.tabIndex = -1;
  element.focus();
}

const heading = part => part && [part, ...all('h1, h2', part)].find(each => each.matches('h1, h2') && shown(each));
const opener = id => id && all(`[popovertarget="${CSS.escape(id)}"]`).find(shown);

/* What is remembered of a control: what it does, which dialog it stood in, and which part of the page. */
const place = control => ({ field: control.matches('textarea, input') ? control.id : '', command: control.dataset?.command, action: (control.form ?? control).getAttribute?.('action'), dialog: control.closest('dialog')?.id, part: control.closest('section[id], [data-live][id]')?.id });

function again({ field, command, action, dialog, part }) {
  const words = field && document.getElementById(field);
  if (words && !dialog && shown(words)) return words;
  const same = all('main button').find(each => shown(each) && (command ? each.dataset.command === command : action && !dialog && each.form?.getAttribute('action') === action));
  return same ?? opener(dialog) ?? heading(part && document.getElementById(part)) ?? one('main h1');
}

/* Run what changes the page; where it takes away what had the focus, this goes on beside it. */
export function staying(change) {
  const held = document.activeElement, kept = !isLost() && place(held);
  change();
  if (kept && isLost()) focusOn(again(kept));
}

function remember(control) {
  try { sessionStorage.setItem(KEY, JSON.stringify({ at: Date.now(), ...place(control) })); } catch { /* then the focus begins at the top */ }
}

/* Go where a form led that was sent by script. */
export function goTo(address, form) { remember(form); location.assign(address); }

/* On the window, so that it comes after all who send a form without leaving the page. */
addEventListener('submit', event => {
  const form = event.target, used = event.submitter ?? document.activeElement;
  if (form.method === 'post' && !event.defaultPrevented) remember(used && form.contains(used) ? used : form);
});

function goOn() {
  const kept = JSON.parse(sessionStorage.getItem(KEY) ?? 'null');
  sessionStorage.removeItem(KEY);
  if (kept && Date.now() - kept.at < FRESH && isLost()) focusOn(all(WRONG).find(shown) ?? again(kept));
}

/* A place in the address takes the focus when all is there, and drops it where it is no control. */
const soon = () => { try { goOn(); } catch { /* a store that is forbidden remembers nothing */ } };
if (location.hash && document.readyState !== 'complete') addEventListener('load', () => setTimeout(soon, 50)); else soon();
