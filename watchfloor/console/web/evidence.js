// Evidence: a camera's clip and the log's rows beside it, written on the server.

import { el, toast } from "./dom.js";
import { ask } from "./dialogs.js";
import { post } from "./server.js";
import { state } from "./store.js";
import { number, t } from "./words.js";

const SECONDS = 20, MOST_S = 120;

const pathOf = (session, name, seat) => `/api/sessions/${encodeURIComponent(session)}/evidence${name}?seat=${
  encodeURIComponent(seat)}`;

/** Have a piece of a session written, and say so. */
export async function keepEvidence(session, seat, span) {
  const made = await write(session, seat, span);
  if (made) toast(t("evidence.kept", { name: made.clip }), "info");
}

/** Return what the server tells of a piece that it has written, or null after it was told why not. */
async function write(session, seat, { camera_id, from_s, to_s }) {
  toast(t("evidence.making"), "info");
  const made = await post(pathOf(session, "", seat), { camera_id, from_s, to_s });
  if (!made.ok) toast(made.error);
  return made.ok ? made : null;
}

/** Ask which camera and seconds, have them written, and offer the files; ``wanted`` is the camera on the wall. */
export async function exportEvidence(session, seat, wanted) {
  const now_s = Math.floor(state.t_s ?? 0);
  const form = await ask(t("evidence.title"), [
    { name: "camera_id", label: t("field.camera"), type: "number", value: String(wanted ?? 0), min: 0, required: true },
    { name: "from_s", label: t("evidence.from"), type: "number", value: String(Math.max(0, now_s - SECONDS)), min: 0,
      step: "any", required: true },
    { name: "seconds", label: t("field.seconds"), type: "number", value: String(Math.min(SECONDS, Math.max(1, now_s))),
      min: 1, max: MOST_S, step: "any", required: true },
  ], { confirm: t("evidence.make") });
  if (!form) return;
  const from_s = Number(form.from_s);
  await offerEvidence(session, seat, { camera_id: Number(form.camera_id), from_s, to_s: from_s + Number(form.seconds) });
}

/** Have a piece of a session written, or find it written, and offer its files. */
export async function offerEvidence(session, seat, span) {
  const made = await write(session, seat, span);
  if (!made) return;
  const link = (key, name) => el("p", {}, el("a", { href: pathOf(session, `/${encodeURIComponent(name)}`, seat),
    download: name }, `${t(key)}: ${name}`));
  const dialog = el("dialog", { class: "evidence", "aria-labelledby": "evidence-title" },
    el("h2", { id: "evidence-title" }, made.marking ? `${t("exercise")} · ${t("evidence")}` : t("evidence")),
    el("p", {}, t("evidence.holds", { seconds: number(made.span_s, 1), rows: made.n_rows })),
    link("evidence.clip", made.clip), link("evidence.manifest", made.manifest),
    el("p", { class: "muted" }, t("evidence.prove", { command: `watchfloor verify ${made.manifest}` })),
    el("p", { class: "muted" }, t("evidence.head")), el("p", { class: "head" }, el("code", {}, made.head)),
    el("div", { class: "dialog-buttons" }, el("button", { type: "button", class: "primary",
      onclick: () => dialog.close() }, t("close"))));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
