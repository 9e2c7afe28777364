// What all scripts of a page share: its elements, the server's time, its language, and saying things aloud.
// It fetches nothing and writes no markup.

export const one = (selector, within = document) => within.querySelector(selector);
export const all = (selector, within = document) => [...within.querySelectorAll(selector)];
export const shown = element => element.checkVisibility?.() ?? element.offsetParent !== null;
export const later = (act, wait) => { let timer; return (...given) => { clearTimeout(timer); timer = setTimeout(act, wait, ...given); }; };

export function put(element, text) { if (element && element.textContent !== text) element.textContent = text; }

/* Words of ours in the language of the page, which brings those that are not English. Values are named `%(name)s`. */
const words = JSON.parse(one('#words')?.textContent ?? '{}');
export const phrase = (pattern, values = {}) => (words[pattern] ?? pattern).replace(/%\((\w+)\)s/g, (_, name) => values[name]);

/* A name within a sentence: only English writes it small there. */
export const inside = name => (document.documentElement.lang === 'en' ? name.toLowerCase() : name);

/* The one region that screen readers listen to. What it says, it says once. */
export function announce(text) { put(one('#aloud'), text); }

/* A clock is at risk in its last quarter of an hour. */
const AT_RISK = 900_000;

/* Time: a page from the server names its instant; the shortest way there and back errs least. */
let offset = 0, least = Infinity;
export const now = () => Date.now() + offset;

export function measure(said, from, to) {
  const found = Date.parse(said) - (from + to) / 2, error = to - from;
  if (Number.isNaN(found) || (error > least && Math.abs(found - offset) <= error)) return;
  offset = found;
  least = error;
}

export function lasted(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000)), minutes = Math.floor(seconds / 60), hours = Math.floor(minutes / 60);
  if (seconds < 60) return phrase('%(n)s s', { n: seconds });
  if (minutes < 60) return phrase('%(n)s min', { n: minutes });
  if (hours < 48) return phrase('%(hours)s h %(minutes)s m', { hours, minutes: String(minutes % 60).padStart(2, '0') });
  return phrase('%(n)s d', { n: Math.floor(hours / 24) });
}

export function age(within = document) {
  for (const time of all('time[data-age]', within)) put(time, lasted(now() - Date.parse(time.dateTime)));
  for (const time of all('time[data-until]', within)) {
    const left = Date.parse(time.dateTime) - now(), chip = time.closest('.sla');
    put(time, left > 0 ? phrase('in %(time)s', { time: lasted(left) }) : phrase('%(time)s over', { time: lasted(-left) }));
    if (chip) chip.dataset.s = left <= 0 ? 'over' : left <= AT_RISK ? 'risk' : '';
  }
}

const [visit] = performance.getEntriesByType('navigation'), arrived = Date.now();
const asked = visit?.requestStart ? performance.timeOrigin + visit.requestStart : arrived;
measure(document.body.dataset.now, asked, visit?.responseStart ? performance.timeOrigin + visit.responseStart : arrived);

const clock = one('#clock');
const wall = clock && new Intl.DateTimeFormat('en-GB', { timeZone: clock.dataset.zone, timeStyle: 'medium' });
export const told = instant => (wall ?? new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' })).format(instant);
setInterval(() => { if (clock) put(clock, told(now())); age(); }, 1000);
age();
