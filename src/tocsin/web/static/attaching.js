// Files dropped on the composer, or pasted into it, are attached at once. Without script there is the form.
// What is sent goes through that very form: its place, its token, its class.

import { announce, one, phrase, put } from './page.js';
import { catchUp, parsed } from './live.js';

const composer = one('#write'), form = one('#attachments form');
const PATIENCE = 300000;
const brings = moved => [...moved?.types ?? []].includes('Files');

function say(words) {
  const line = one('#unsent');
  line.hidden = !words;
  put(one('.words', line), words);
  if (words) announce(words);
}

const newOnce = () => [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('');

async function attach(file) {
  const body = new FormData();
  for (const name of ['csrf', 'data_class']) body.append(name, form.elements[name].value);
  body.append('once', newOnce());
  body.append('file', file, file.name || 'pasted');
  const answer = await fetch(form.action, { method: 'POST', body, redirect: 'manual', signal: AbortSignal.timeout(PATIENCE) });
  if (answer.type === 'opaqueredirect') return '';
  const fresh = await parsed(answer, Date.now());
  return (one('#attachments-err', fresh) ?? one('.lede', fresh))?.textContent.trim() || phrase('The server answered %(status)s.', { status: answer.status });
}

async function attachAll(files) {
  composer.setAttribute('aria-busy', 'true');
  say('');
  for (const file of files) {
    announce(phrase('Attaching %(name)s', { name: file.name }));
    let reason;
    try { reason = await attach(file); } catch { reason = phrase('No connection.'); }
    if (reason) { say(phrase('Not attached: %(name)s. %(reason)s', { name: file.name || phrase('what was pasted'), reason })); break; }
    announce(phrase('Attached %(name)s', { name: file.name }));
  }
  composer.removeAttribute('aria-busy');
  await catchUp();
}

function over(event) {
  if (!brings(event.dataTransfer)) return;
  event.preventDefault();
  composer.classList.toggle('drop', event.type === 'dragover');
}

if (composer && form) {
  for (const name of ['dragover', 'dragleave']) composer.addEventListener(name, over);
  composer.addEventListener('drop', event => { over(event); if (brings(event.dataTransfer)) attachAll([...event.dataTransfer.files]); });
  composer.addEventListener('paste', event => {
    const files = [...event.clipboardData?.files ?? []];
    if (files.length && !event.clipboardData.getData('text/plain')) { event.preventDefault(); attachAll(files); }
  });
}
