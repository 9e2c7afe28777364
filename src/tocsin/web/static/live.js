// Keeps a page true: the stream says only that something changed; the page is fetched again and compared.
// It moves nothing under the hand, and touches nothing that somebody writes.

import { age, all, announce, later, lasted, measure, now, one, phrase, put, told } from './page.js';
import { staying } from './staying.js';

/* How many seconds may pass without a word from the server. It beats every 5. */
const SECONDS = { stale: 12, lost: 45, again: 5 };

const silence = () => Date.now() - heard;
let heard = Date.now(), source = null, openedAt = 0, isOpen = false, isFirst = false, wasOpen = false, isLost = false, isOver = false;

function hear() { heard = Date.now(); if (isLost) { isLost = false; announce(phrase('Live again')); } say(); }

/* Say at once that nothing gets through, whatever the stream believes. */
export function lose(reason) { if (!isLost) announce(reason); isLost = true; say(); }

function say() {
  const mark = one('#live');
  if (!mark || (!source && !isLost)) return;
  const isStale = !isOpen || silence() >= SECONDS.stale * 1000;
  if (isStale && silence() >= SECONDS.lost * 1000 && !isLost) lose(phrase('Connection lost'));
  if (isOpen || wasOpen || isStale) mark.hidden = false;
  mark.classList.toggle('alarm', isStale || isLost);
  one('.live', mark).hidden = isStale || isLost;
  put(one('.words', mark), isStale || isLost ? phrase('Stale, %(time)s', { time: lasted(silence()) }) : phrase('Live, %(time)s ago', { time: lasted(silence()) }));
  const note = one('#lost');
  if (!note) return;
  if (isLost && note.hidden) put(one('time', note), told(now() - silence()));
  note.hidden = !isLost;
  one('.away', note).hidden = isOver;
  one('.out', note).hidden = !isOver;
}

function follow() {
  if (isOver) return;
  source?.close();
  source = new EventSource(document.body.dataset.stream);
  openedAt = Date.now();
  source.onopen = () => { isOpen = wasOpen = isFirst = true; hear(); };
  source.onerror = () => {
    isOpen = false;
    say();
    if (source.readyState === EventSource.CLOSED) { refresh(); setTimeout(follow, SECONDS.again * 1000); }
  };
  /* What happened before the first word was told to nobody: it is looked for then, at every opening. */
  for (const name of ['beat', 'incidents', 'alerts']) source.addEventListener(name, () => {
    hear();
    if (isFirst || name !== 'beat') refreshSoon();
    isFirst = false;
  });
}

function watch() {
  say();
  const isDeaf = silence() >= SECONDS.stale * 1000 && Date.now() - openedAt >= SECONDS.stale * 1000;
  if (isDeaf && source?.readyState !== EventSource.CLOSED) follow();
}

export function start() {
  if (!document.body.dataset.stream) return;
  follow();
  setInterval(watch, 1000);
  addEventListener('pagehide', () => source.close());
  addEventListener('pageshow', event => { if (event.persisted) { follow(); refresh(); } });
}

/* Fetching again. A page that answered a form is asked for where it belongs. */
const address = () => one('[data-address]')?.dataset.address ?? location.href;
const refreshSoon = later(() => refresh(), 200);
let isBusy = false, again = false, asked = 0, applied = 0, own = Infinity;

export async function refresh() {
  if (isBusy) { again = true; return; }
  isBusy = true;
  await look();
  isBusy = false;
  if (again) { again = false; refreshSoon(); }
}

/* After something of one's own: it is shown at once, and does not wait with what others did. Answers may
   overtake one another: the first that was asked for since then shows it, whoever asked. */
export function catchUp() { own = Math.min(own, asked + 1); return look(); }

async function look() {
  if (!one('[data-live]')) return;
  const mine = ++asked, from = Date.now();
  try {
    const answer = await fetch(address(), { cache: 'no-store', redirect: 'manual' });
    if (answer.ok) {
      const fresh = await parsed(answer, from);
      if (mine <= applied) return;
      applied = mine;
      staying(() => compare(fresh, mine >= own ? showNew : compareRows));
      if (mine >= own) own = Infinity;
    } else if (answer.type === 'opaqueredirect') { isOver = true; source?.close(); lose(phrase('You are signed out')); }
    else if (answer.status === 403 || answer.status === 404) location.reload();
  } catch { /* the stream says that the connection is lost */ }
}

export async function parsed(answer, from) {
  const to = Date.now(), fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  if (from) measure(fresh.body.dataset.now, from, to);
  for (const symbol of all('#icons symbol', fresh)) if (!document.getElementById(symbol.id)) one('#icons').append(symbol);
  age(fresh);
  return fresh;
}

function compare(fresh, rowsAre) {
  const how = { rows: rowsAre, dialogs: compareDialogs };
  for (const part of all('[data-live]')) {
    const other = fresh.getElementById(part.id);
    if (other) (how[part.dataset.live] ?? morph)(part, other);
  }
}

/* What a part that was just answered opens comes with it. */
export function takeDialogs(fresh) {
  for (const part of all('[data-live=dialogs]')) {
    const other = fresh.getElementById(part.id);
    if (other) compareDialogs(part, other);
  }
}

/* Rows that are there change in place; what is new, gone or moved waits until it is asked for. */
const waiting = new Map();
const rows = part => all('[data-key]', part), keys = part => rows(part).map(row => row.dataset.key);

function compareRows(part, other) {
  const theirs = new Map(rows(other).map(row => [row.dataset.key, row]));
  const mine = keys(part), fresh = [...theirs.keys()];
  const added = fresh.filter(key => !mine.includes(key)).length;
  for (const row of rows(part)) if (theirs.has(row.dataset.key)) morph(row, theirs.get(row.dataset.key).cloneNode(true));
  const same = mine.length === fresh.length && mine.every((key, at) => key === fresh[at]);
  if (same) waiting.delete(part.id); else waiting.set(part.id, other);
  const pill = one('.fresh', part);
  if (!pill) return;
  pill.hidden = same;
  const words = same ? '' : waitingWords(added || 1);
  if (words && words !== one('.words', pill).textContent) announce(words);
  put(one('.words', pill), words);
}

const waitingWords = count => (count === 1 ? phrase('1 update waiting, rows stay still until you show them') : phrase('%(n)s updates waiting, rows stay still until you show them', { n: count }));

function showWaiting() {
  for (const [id, other] of waiting) {
    const part = document.getElementById(id), row = document.activeElement?.closest('[data-key]')?.dataset.key;
    part?.replaceWith(document.adoptNode(other));
    const back = row && one(`[data-key="${CSS.escape(row)}"]`);
    (back && (one('a.title', back) ?? back))?.focus();
  }
  waiting.clear();
}

/* What somebody wrote is shown to them at once, with whatever else is new; no row that is there moves. */
function showNew(part, other) {
  if (!keys(part).length) { part.replaceWith(document.adoptNode(other)); return; }
  const fresh = rows(other), find = row => row && one(`[data-key="${CSS.escape(row.dataset.key)}"]`, part);
  fresh.forEach((row, at) => {
    if (find(row)) return;
    const before = find(fresh[at - 1]), after = fresh.slice(at).map(find).find(Boolean), copy = document.importNode(row, true);
    if (before) before.after(copy); else after?.before(copy);
  });
  compareRows(part, other);
}

/* Dialogs that are shut follow the page; one that is open stays as it was when it was opened. */
function compareDialogs(part, other) {
  const theirs = new Map(all('dialog', other).map(dialog => [dialog.id, dialog]));
  for (const dialog of all('dialog', part)) {
    if (dialog.matches('[open], :popover-open')) { theirs.delete(dialog.id); continue; }
    if (theirs.has(dialog.id)) morph(dialog, theirs.get(dialog.id)); else dialog.remove();
    theirs.delete(dialog.id);
  }
  part.append(...[...theirs.values()].map(dialog => document.adoptNode(dialog)));
}

/* Makes one element like another, keeping what is the same: focus and selection stay where they are. */
const keyOf = node => (node.nodeType === Node.ELEMENT_NODE ? node.dataset.key || node.id : '') || '';

/* Why something was refused, and what was written then: both stay until it is sent once more. */
const isRefusal = node => Boolean(node.matches?.('.err[role=alert], form:has([aria-invalid=true])'));

/* What scripts and hands have put on an element: a place in the order of focus, that it is open, or sent. */
const OWN = ['open', 'class', 'tabindex', 'data-sent'];

export function morph(mine, other) {
  if (mine.isEqualNode(other) || mine.name === 'once' || isRefusal(mine)) return;
  if (mine.nodeType !== other.nodeType || mine.nodeName !== other.nodeName) { mine.replaceWith(document.adoptNode(other)); return; }
  if (mine.nodeType !== Node.ELEMENT_NODE) { mine.nodeValue = other.nodeValue; return; }
  for (const { name } of [...mine.attributes]) if (!other.hasAttribute(name) && !OWN.includes(name)) mine.removeAttribute(name);
  for (const { name, value } of [...other.attributes]) if (mine.getAttribute(name) !== value) mine.setAttribute(name, value);
  morphInside(mine, other);
}

function morphInside(mine, other) {
  const left = [...mine.childNodes], right = [...other.childNodes], pairs = aligned(left, right);
  const kept = new Set(pairs.values()), moved = new Map(left.filter(node => keyOf(node) && !kept.has(node)).map(node => [keyOf(node), node]));
  for (const node of right) if (!pairs.has(node) && moved.has(keyOf(node))) { pairs.set(node, moved.get(keyOf(node))); kept.add(moved.get(keyOf(node))); }
  for (const node of left) if (!kept.has(node) && !isRefusal(node)) node.remove();
  let at = mine.firstChild;
  for (const node of right) {
    const same = pairs.get(node);
    while (at && !kept.has(at)) at = at.nextSibling;
    if (!same) { mine.insertBefore(document.adoptNode(node), at); continue; }
    if (same === at) at = at.nextSibling; else mine.insertBefore(same, at);
    morph(same, node);
  }
}

/* Which child became which, in order: the pairing that keeps the most, and best what has not changed. */
function aligned(left, right) {
  const texts = new Map([...left, ...right].map(node => [node, node.outerHTML ?? node.nodeValue]));
  const worth = (a, b) => (a.nodeName !== b.nodeName || keyOf(a) !== keyOf(b) ? 0 : (a.outerHTML ? 2 : 1) * (texts.get(a) === texts.get(b) ? 3 : 1));
  const best = Array.from({ length: left.length + 1 }, () => new Uint32Array(right.length + 1)), pairs = new Map();
  for (let i = left.length - 1; i >= 0; i--) for (let j = right.length - 1; j >= 0; j--) {
    const gain = worth(left[i], right[j]);
    best[i][j] = Math.max(best[i + 1][j], best[i][j + 1], gain ? gain + best[i + 1][j + 1] : 0);
  }
  for (let i = 0, j = 0; i < left.length && j < right.length;) {
    const gain = worth(left[i], right[j]);
    if (gain && best[i][j] === gain + best[i + 1][j + 1]) pairs.set(right[j++], left[i++]);
    else if (best[i][j] === best[i + 1][j]) i++; else j++;
  }
  return pairs;
}

document.addEventListener('click', event => { if (event.target.closest('.fresh')) showWaiting(); });
