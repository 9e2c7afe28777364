// Selecting rows of a list: X takes one, Shift X all from the last one to here, Escape lets go of all.
// What is selected stays selected while rows change, come and go.

import { all, one, phrase, put } from './page.js';
import { singleKeys, yours } from './keys.js';

const bar = one('#bulk'), chosen = new Set();
let last = null;

const boxes = () => all('[data-row] input[name=row]');
const topBox = () => one('#select-all input');

function say() {
  const rows = boxes(), here = rows.filter(box => box.checked).length;
  bar.hidden = !rows.length;
  put(one('#selected'), here ? phrase('%(n)s selected', { n: here }) : phrase('With the selected'));
  const top = topBox();
  if (!top) return;
  top.parentElement.hidden = false;
  top.checked = here > 0 && here === rows.length;
  top.indeterminate = here > 0 && here < rows.length;
}

function keep(box) {
  if (box.checked) chosen.add(box.value); else chosen.delete(box.value);
}

function restore() {
  for (const box of boxes()) box.checked = chosen.has(box.value);
  say();
}

function pick(row, upTo) {
  const rows = boxes(), box = one('input[name=row]', row), from = rows.findIndex(each => each.value === last);
  const to = rows.indexOf(box);
  if (upTo && from >= 0) {
    for (const each of rows.slice(Math.min(from, to), Math.max(from, to) + 1)) { each.checked = true; keep(each); }
  } else { box.checked = !box.checked; keep(box); }
  last = box.value;
  say();
}

document.addEventListener('change', event => {
  if (event.target === topBox()) { for (const box of boxes()) { box.checked = event.target.checked; keep(box); } }
  else if (event.target.matches('[data-row] input[name=row]')) { keep(event.target); last = event.target.value; }
  else return;
  say();
});

document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey || !singleKeys() || one('dialog[open], dialog:popover-open')) return;
  if (event.target.closest('textarea, select, input:not([type=checkbox])')) return;
  if (event.key === 'Escape' && chosen.size) { chosen.clear(); restore(); return; }
  if (event.key.toUpperCase() !== yours('X')) return;
  const row = document.activeElement?.closest('[data-row]');
  if (row && one('input[name=row]', row)) { event.preventDefault(); pick(row, event.shiftKey); }
});

if (bar) {
  for (const box of boxes()) keep(box);
  new MutationObserver(restore).observe(one('#main'), { childList: true, subtree: true });
  say();
}
