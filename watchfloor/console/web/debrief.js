// The debrief: what happened, what was seen and when, as numbers, as a table and on a line of time.

import { el } from "./dom.js";
import { playButton } from "./push_to_talk.js";
import { named, number, seatName, span, t } from "./words.js";

const MOST_LANES = 8;

/** Show the debrief of a seat; a click on an incident goes to its second. */
export async function showDebrief(sessionId, seatId, { onJump, voice = null }) {
  const query = new URLSearchParams({ seat: seatId });
  const answer = await fetch(`/api/sessions/${encodeURIComponent(sessionId)}/debrief?${query}`);
  const debrief = await answer.json();
  const jump = (incident) => { dialog.close(); onJump(incident); };
  const dialog = el("dialog", { class: "debrief", "aria-labelledby": "debrief-title" },
    el("header", {}, el("h2", { id: "debrief-title" }, t("debrief")),
      el("button", { type: "button", class: "small", onclick: () => dialog.close() }, t("close"))));
  if (!debrief.incidents) dialog.append(el("p", { class: "empty" }, debrief.error ?? t("debrief.later")));
  else {
    dialog.append(scoresOf(debrief.scores ?? {}, debrief.reference?.scores), timelineOf(debrief, jump),
      tableOf(debrief, jump), ...checklistOf(debrief.checklist),
      ...saidOf(debrief.radio, voice));
  }
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Show each score, and beside it that of the reference on the same exercise. */
function scoresOf(scores, reference) {
  return el("dl", { class: "scores" }, Object.entries(scores).map(([name, value]) => el("div", { class: "score" },
    el("dt", {}, named("score", name)), el("dd", {}, ...told(value)),
    reference ? el("dd", { class: "beside" }, `${t("debrief.reference")}: `, told(reference[name])[0]) : null)));
}

/** Return a score's text; an interval is told with it. */
function told(value) {
  if (value === null || value === undefined) return ["–"];
  if (typeof value === "number") return [number(value, Number.isInteger(value) ? 0 : 2)];
  if (typeof value === "boolean") return [t(value ? "yes" : "no")];
  if (typeof value !== "object") return [String(value)];
  const middle = value.value ?? value.mean;
  const low = value.low ?? middle - value.half_width, high = value.high ?? middle + value.half_width;
  return [...told(middle), el("small", {}, Number.isFinite(low) ? ` ${number(low, 2)} … ${number(high, 2)}` : "")];
}

function checklistOf(checklist) {
  if (!checklist?.length) return [];
  return [el("h3", {}, t("debrief.checklist")), el("ul", { class: "checklist" }, checklist.map((line) => {
    const isOpen = line.n_cases === 0, mark = isOpen ? "–" : line.is_done ? "✓" : "✗";
    return el("li", { "data-done": isOpen ? "open" : String(Boolean(line.is_done)) },
      `${mark} ${named("check", line.item)}`, line.n_cases ? ` ${line.n_done}/${line.n_cases}` : "");
  }))];
}

function timelineOf({ incidents, duration_s }, jump) {
  const ends = incidents.flatMap((one) => [one.visible_end_s, one.seen_s ?? 0, one.confirm_s ?? 0]);
  const whole_s = duration_s ?? Math.max(1, ...ends);
  const share = (t_s) => `${(100 * Math.min(t_s, whole_s)) / whole_s}%`;
  const lanes = lanesOf(incidents).map((lane) => el("div", { class: "lane" }, lane.map((one) => {
    const bar = el("button", { type: "button", class: "span", "data-outcome": one.outcome, tabindex: "-1",
      "aria-hidden": "true", title: `${named("kind", one.kind)} ${span(one.occur_s)}`, onclick: () => jump(one) });
    bar.style.left = share(one.occur_s);
    bar.style.width = `max(4px, ${share(one.visible_end_s)} - ${share(one.occur_s)})`;
    return bar;
  }), lane.filter((one) => one.seen_s !== null && one.seen_s !== undefined).map((one) => {
    const dot = el("span", { class: "dot" });
    dot.style.left = share(one.seen_s);
    return dot;
  })));
  return el("div", { class: "lanes", "aria-hidden": "true" }, lanes,
    el("div", { class: "axis" }, el("span", {}, "0:00"), el("span", {}, span(whole_s))));
}

/** Return incidents on as few lanes as show each without another over it; those beyond the last lane share it. */
function lanesOf(incidents) {
  const lanes = [];
  for (const one of [...incidents].sort((first, second) => first.occur_s - second.occur_s)) {
    const free = lanes.find((lane) => lane.at(-1).visible_end_s <= one.occur_s);
    if (free) free.push(one);
    else if (lanes.length < MOST_LANES) lanes.push([one]);
    else lanes.at(-1).push(one);
  }
  return lanes;
}

function tableOf({ incidents, reference }, jump) {
  const heads = ["field.kind", "field.camera", "debrief.occur", "debrief.seen", "debrief.delay", "debrief.outcome",
    ...(reference ? ["debrief.reference"] : [])];
  const other = new Map((reference?.incidents ?? []).map((one) => [one.incident_id, one]));
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("debrief.incidents") },
    el("table", {}, el("thead", {}, el("tr", {}, heads.map((key) => el("th", { scope: "col" }, t(key))),
      el("th", { scope: "col" }, el("span", { class: "unseen" }, t("debrief.jump"))))),
    el("tbody", {}, incidents.map((one) => {
      const seen = one.seen_s ?? one.confirm_s ?? null;
      return el("tr", { "data-outcome": one.outcome }, el("td", {}, named("kind", one.kind)),
        el("td", {}, String(one.camera_id ?? "–")), el("td", {}, span(one.occur_s)),
        el("td", {}, seen === null ? "–" : span(seen)),
        el("td", {}, seen === null ? "–" : `${number(seen - one.occur_s, 1)} ${t("unit.s")}`),
        el("td", {}, el("span", { class: "chip", "data-state": one.outcome }, t(`outcome.${one.outcome}`))),
        ...(reference ? [el("td", {}, toldOf(other.get(one.incident_id)))] : []),
        el("td", {}, el("button", { type: "button", class: "small", onclick: () => jump(one),
          "aria-label": t("debrief.jump-to", { kind: named("kind", one.kind), at: span(one.occur_s) }) },
        t("debrief.jump"))));
    }))));
}

/** Show what was said on the radio; spoken words can be heard again. */
function saidOf(radio, voice) {
  if (!radio?.length) return [];
  return [el("h3", {}, t("radio")), el("ul", { class: "said" }, radio.map((line) => el("li", {},
    el("span", { class: "when" }, span(line.t_s)), ` ${seatName(line.who)}: ${line.text} `,
    line.sound && voice ? playButton(voice, line) : null)))];
}

/** Return what the reference made of an incident. */
function toldOf(one) {
  if (!one) return "–";
  const seen = one.seen_s ?? one.confirm_s ?? null;
  return `${t(`outcome.${one.outcome}`)}${seen === null ? "" : ` ${span(seen)}`}`;
}
