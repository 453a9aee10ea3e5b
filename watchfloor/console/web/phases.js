// What a session asks between watching: briefing, freezes with their questions, the questionnaire, the debrief.

import { el } from "./dom.js";
import { onState, state } from "./store.js";
import { inWords, named, number, t } from "./words.js";

/** Follow the session's phase, and show what it asks for. */
export function showPhases({ act, isAllowed, onDebrief }) {
  let dialog = null, shown = null;
  const update = () => {
    const asked = questionsOf(state);
    const key = state.phase === "briefing" || state.phase === "debrief" ? state.phase : asked.length ? state.phase : "";
    if (key === shown || (key === "" && ["freeze", "questionnaire"].includes(state.phase) && shown === state.phase)) return;
    shown = key;
    dialog?.remove();
    dialog = null;
    if (key === "debrief") onDebrief();
    else if (key === "briefing") dialog = briefing(act, isAllowed);
    else if (key !== "" && isAllowed("answer")) dialog = questions(act, asked);
  };
  onState(["phase", "freeze", "questionnaire", "briefing"], update);
}

/** Return what is asked now: a freeze's questions, or the scales of the questionnaire. */
function questionsOf({ phase, freeze, questionnaire }) {
  if (phase === "freeze") return freeze?.questions ?? [];
  if (phase === "questionnaire") return (questionnaire?.scales ?? []).map((scale) => ({ question: scale, high: 100 }));
  return [];
}

function open(dialog) {
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

function briefing(act, isAllowed) {
  const text = inWords(state.briefing?.text);
  const begin = el("button", { type: "button", class: "primary", onclick: () => act({ do: "begin" }) }, t("begin"));
  return open(el("dialog", { class: "briefing", "aria-labelledby": "briefing-title" },
    el("h2", { id: "briefing-title" }, t("phase.briefing")),
    ...text.split(/\n\n+/).map((part) => el("p", {}, part)),
    state.briefing?.minutes ? el("p", {}, t("briefing.minutes", { n: number(state.briefing.minutes, 0) })) : null,
    el("p", { class: "muted" }, t("briefing.keys")),
    el("div", { class: "dialog-buttons" }, isAllowed("begin") ? begin : el("p", {}, t("briefing.wait")))));
}

function questions(act, list) {
  const isFreeze = state.phase === "freeze";
  const form = el("form", {}, el("h2", { id: "questions-title" }, t(`phase.${state.phase}`)),
    el("p", { class: "muted" }, t(isFreeze ? "freeze.how" : "questionnaire.how")),
    ...list.map((question, place) => (question.options ? choice(question, place) : scale(question, place))),
    el("div", { class: "dialog-buttons" }, el("button", { type: "submit", class: "primary" }, t("freeze.go-on"))));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    for (const [question, value] of new FormData(form)) await act({ do: "answer", question, value: Number(value) });
  });
  return open(el("dialog", { class: "briefing blind", "aria-labelledby": "questions-title" }, form));
}

/** Make the field of a question with options; the answer is an option's place. */
function choice({ question, code, params, options }, place) {
  const text = t(`question.${code}`, { unit: params?.unit_id ?? "" });
  return el("fieldset", { class: "field" }, el("legend", {}, text), el("div", { class: "choices" },
    options.map((option, index) => el("label", {}, el("input", { type: "radio", name: question, value: String(index),
      required: true, id: `question-${place}-${index}` }), ` ${named("unit-state", option)}`))));
}

function scale({ question, high }, place) {
  const id = `question-${place}`;
  return el("div", { class: "field" }, el("label", { for: id }, t(`scale.${question}`)),
    el("input", { id, name: question, type: "range", min: 0, max: high, step: 5, value: high / 2 }),
    el("div", { class: "ends", "aria-hidden": "true" }, el("span", {}, t("scale.low")), el("span", {}, t("scale.high"))));
}
