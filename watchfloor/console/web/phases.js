// What a session asks between watching: briefing, freezes with their questions, the questionnaire, the debrief.

import { el } from "./dom.js";
import { onState, state } from "./store.js";
import { named, t } from "./words.js";

/** Follow the session's phase, and show what it asks for. */
export function showPhases({ act, isAllowed, onDebrief }) {
  let dialog = null, shown = "";
  const update = () => {
    const key = state.phase === "running" || state.phase === "paused" ? "" :
      JSON.stringify([state.phase, state.freeze?.questions?.map((question) => question.question ?? question.id)]);
    if (key === shown) return;
    shown = key;
    dialog?.remove();
    dialog = null;
    if (state.phase === "debrief") onDebrief();
    else if (state.phase === "briefing") dialog = briefing(act, isAllowed);
    else if (state.phase === "freeze" || state.phase === "questionnaire") dialog = questions(act);
  };
  onState(["phase", "freeze", "briefing"], update);
}

function open(dialog) {
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

function briefing(act, isAllowed) {
  const text = state.briefing?.text ?? "";
  const begin = el("button", { type: "button", class: "primary", onclick: () => act({ do: "begin" }) }, t("begin"));
  return open(el("dialog", { class: "briefing", "aria-labelledby": "briefing-title" },
    el("h2", { id: "briefing-title" }, t("phase.briefing")),
    ...text.split(/\n\n+/).map((part) => el("p", {}, part)),
    el("p", { class: "muted" }, t("briefing.keys")),
    el("div", { class: "dialog-buttons" }, isAllowed("begin") ? begin : el("p", {}, t("briefing.wait")))));
}

function questions(act) {
  const list = state.freeze?.questions ?? [];
  const form = el("form", {}, el("h2", { id: "questions-title" }, t(`phase.${state.phase}`)),
    el("p", { class: "muted" }, t("freeze.how")), ...list.map(field),
    el("div", { class: "dialog-buttons" }, el("button", { type: "submit", class: "primary" }, t("freeze.go-on"))));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    for (const [question, value] of new FormData(form)) await act({ do: "answer", question, value: plain(value) });
  });
  return open(el("dialog", { class: "briefing", "aria-labelledby": "questions-title" }, form));
}

const plain = (value) => (value !== "" && Number.isFinite(Number(value)) ? Number(value) : value);

/** Make a question's field: options to choose from, a scale, or a line to write. */
function field(question, place) {
  const name = String(question.question ?? question.id ?? place), id = `question-${place}`;
  const text = question.text ?? named("question", name);
  let input;
  if (question.options) {
    input = el("select", { id, name, required: true }, question.options.map((option) => {
      const [value, words] = typeof option === "object" ? [option.value, option.text ?? option.value] : [option, option];
      return el("option", { value: String(value) }, typeof words === "string" ? named("kind", words) : String(words));
    }));
  } else if (question.high !== undefined) {
    input = el("input", { id, name, type: "range", min: question.low ?? 0, max: question.high, step: question.step ?? 5 });
  } else input = el("input", { id, name, type: "text", required: true, autocomplete: "off" });
  return el("div", { class: "field" }, el("label", { for: id }, text), input);
}
