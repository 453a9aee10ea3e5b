// The words of the chosen language, and how it writes numbers, clocks and dates; formats come from the server.

let chosen = null;
const watchers = new Set();

/** Load a language and redraw whatever watches it. */
export async function speak(language) {
  const answer = await fetch(`/api/words/${language}`);
  if (!answer.ok) return;
  chosen = await answer.json();
  document.documentElement.lang = chosen.language;
  watchers.forEach((watcher) => watcher());
}

/** Call now and whenever the language changes. */
export function onLanguage(watcher) {
  watchers.add(watcher);
  if (chosen) watcher();
}

export const language = () => chosen?.language ?? "en";

/** Return the words of a key, with {name} replaced. */
export function t(key, values = {}) {
  const text = chosen?.words[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** Return the words for a name out of a scenario; where there are none, the name itself. */
export function named(group, name) {
  if (name === null || name === undefined) return "–";
  return chosen?.words[`${group}.${name}`] ?? String(name).replaceAll("_", " ");
}

/** Return a scenario's words in the chosen language, or in the one that it was written in. */
export const inWords = (text) => (text && typeof text === "object" ? text[language()] ?? text.en ?? "" : text ?? "");

/** Return who sits at a seat: one without a name of its own, in the language's words. */
export function seatName(name) {
  const [, n] = /^trainee (\d+)$/.exec(name) ?? [];
  return n ? t("seat.trainee", { n }) : chosen?.words[`seat.${name}`] ?? name;
}

/** Return a district's name; one that a made-up city only numbers, in the language's own words. */
export function district(name) {
  const [, n] = /^district (\d+)$/.exec(name) ?? [];
  return n ? t("district", { n }) : name;
}

export function number(value, digits = 0) {
  const [whole, rest] = Math.abs(value).toFixed(digits).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, chosen?.group ?? ",");
  return (value < 0 ? "−" : "") + grouped + (rest ? (chosen?.decimal ?? ".") + rest : "");
}

/** Return an estimate as ``mean ± half width``, with as many digits as the half width makes sense of. */
export function estimate(one, signed = false) {
  if (!one) return "–";
  const { mean, half_width: half } = one;
  const digits = half ? Math.min(3, Math.max(0, 1 - Math.floor(Math.log10(half)))) : Math.abs(mean) >= 100 || !mean ? 0 : 2;
  const sign = signed && Number(mean.toFixed(digits)) > 0 ? "+" : "";
  return sign + number(mean, digits) + (half ? ` ± ${number(half, digits)}` : "");
}

/** Say whether an estimate's interval leaves zero out. */
export const isSure = (one) => Boolean(one) && one.half_width !== null && Math.abs(one.mean) > one.half_width;

const two = (value) => String(value).padStart(2, "0");

/** Return a span as m:ss, or h:mm:ss from an hour on. */
export function span(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  const hours = Math.floor(whole / 3600), minutes = Math.floor(whole / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** Return the day in words: month and weekday names by the language's own pattern. */
export function day(date) {
  if (!chosen) return "";
  const parts = { yyyy: date.getFullYear(), y: date.getFullYear(), MMMM: chosen.months[date.getMonth()],
    dd: two(date.getDate()), d: date.getDate() };
  return chosen.date.replace(/'([^']*)'|y+|MMMM|dd|d/g, (part, quoted) => quoted ?? parts[part] ?? part);
}

/** Give an element a text that follows the language. */
export function worded(element, key, values) {
  onLanguage(() => { element.textContent = t(key, values); });
  return element;
}

/** Give an element an attribute that follows the language. */
export function labelled(element, key, attribute = "aria-label") {
  onLanguage(() => element.setAttribute(attribute, t(key)));
  return element;
}
