// Questions to the person: a case's form, a sighting, an instructor's incident, and the list of keys.

import { el } from "./dom.js";
import { named, t } from "./words.js";

let serial = 0;

/** Show a form in a dialog; resolves to its values, or null if it was left. */
export function ask(title, fields, { confirm = t("ok") } = {}) {
  const form = el("form", { method: "dialog" });
  const heading = el("h2", { id: `dialog-${++serial}` }, title);
  form.append(heading, ...fields.map(makeField),
    el("div", { class: "dialog-buttons" }, el("button", { type: "button", value: "", onclick: () => dialog.close("") },
      t("cancel")), el("button", { type: "submit", value: "ok", class: "primary" }, confirm)));
  const dialog = el("dialog", { "aria-labelledby": heading.id }, form);
  document.body.append(dialog);
  dialog.showModal();
  form.querySelector("select, textarea, input")?.focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "ok" ? Object.fromEntries(new FormData(form)) : null);
      dialog.remove();
    });
  });
}

function makeField({ name, label, options, rows, tell, value = "", type = "text", required = false, min, max, step }) {
  const id = `field-${++serial}`;
  if (type === "checkbox") {
    return el("div", { class: "field-line" }, el("input", { id, name, type, checked: value === "on" }),
      el("label", { for: id }, label));
  }
  let input;
  if (options) {
    input = el("select", { id, name }, options.map(([option, text]) => el("option", { value: option,
      selected: option === value }, text)));
  } else if (rows) input = el("textarea", { id, name, rows, maxLength: 500 });
  else input = el("input", { id, name, type, value, required, min, max, step, maxLength: 200 });
  const told = tell ? el("p", { class: "told muted", role: "status" }, tell(input.value)) : null;
  if (told) input.addEventListener("change", () => { told.textContent = tell(input.value); });
  return el("div", { class: "field" }, el("label", { for: id }, label), input, told);
}

const kindOptions = (kinds) => kinds.map((kind) => [kind, named("kind", kind)]);

/** Say which code a kind has in the centre's table, and who is competent. */
const codeOf = (codes, kind) => (codes[kind] ? t("code.told", codes[kind]) : t("code.none"));

/** Ask what a confirmed case is, and where; with its clip, where the session keeps evidence. */
export function askCase(alert, kinds, codes, { place, hasEvidence }) {
  return ask(t("confirm.title", { camera: alert.camera_id }), [
    { name: "kind", label: t("field.kind"), options: kindOptions(kinds), value: alert.kind,
      tell: Object.keys(codes).length ? (kind) => codeOf(codes, kind) : null },
    { name: "place", label: t("field.place"), value: place },
    { name: "note", label: t("field.note"), rows: 3 },
    ...(hasEvidence ? [{ name: "clip", label: t("field.clip"), type: "checkbox" }] : []),
  ], { confirm: t("confirm") });
}

/** Ask what was seen by watching. */
export function askSighting(camera, kinds) {
  return ask(t("sighting.title", { camera }), [
    { name: "kind", label: t("field.kind"), options: kindOptions(kinds), value: kinds[0] },
  ], { confirm: t("sighting") });
}

export function askBookmark(camera) {
  return ask(t("bookmark.title", { camera }), [{ name: "note", label: t("field.note"), rows: 2 }]);
}

/** Ask an instructor what shall happen. */
export function askIncident(camera, kinds) {
  return ask(t("inject.title"), [
    { name: "kind", label: t("field.kind"), options: kindOptions(kinds), value: kinds[0] },
    { name: "camera_id", label: t("field.camera"), type: "number", value: String(camera ?? 0), min: 0, required: true },
  ], { confirm: t("inject") });
}

export function askOutage(camera) {
  return ask(t("outage.title"), [
    { name: "camera_id", label: t("field.camera"), type: "number", value: String(camera ?? 0), min: 0, required: true },
    { name: "duration_s", label: t("field.seconds"), type: "number", value: "30", min: 1, required: true },
  ], { confirm: t("outage") });
}

export const askName = (title) => ask(title, [{ name: "name", label: t("field.name"), required: true }]);
