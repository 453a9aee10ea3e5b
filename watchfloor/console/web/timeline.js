// Time: where the session stands, play and pause, speed, and for a finished run the way to any instant.

import { el, setAttribute, setText } from "./dom.js";
import { onState, state } from "./store.js";
import { labelled, onLanguage, span, t, worded } from "./words.js";

const SPEEDS = [0.5, 1, 2, 4, 10, 60];

export class Timeline {
  constructor({ act, isAllowed, onBookmark, onEvidence }) {
    this.act = act;
    this.isAllowed = isAllowed;
    this.isHeld = false;
    this.play = el("button", { type: "button", class: "round", onclick: () => this.toggle() });
    this.at = el("span", { class: "at" });
    this.range = labelled(el("input", { type: "range", min: 0, max: 1, step: 1, value: 0 }), "time");
    this.range.addEventListener("input", () => { this.isHeld = true; setText(this.at, this.told(this.range.value)); });
    this.range.addEventListener("change", () => { this.isHeld = false; this.seek(Number(this.range.value)); });
    this.speed = labelled(el("select", { onchange: () => act({ do: "speed", factor: Number(this.speed.value) }) },
      SPEEDS.map((factor) => el("option", { value: String(factor) }, `×${factor}`))), "speed");
    this.marks = el("div", { class: "marks" });
    this.bookmark = worded(el("button", { type: "button", class: "small", onclick: onBookmark }), "bookmark");
    const evidence = onEvidence && worded(el("button", { type: "button", class: "small", onclick: onEvidence }),
      "evidence");
    this.element = el("section", { class: "panel timeline" }, this.play, this.at,
      el("div", { class: "track" }, this.range, this.marks), this.speed, this.bookmark, evidence);
    labelled(this.element, "time");
    onState(["clock", "phase", "speed", "duration_s", "bookmarks"], () => this.update());
    onLanguage(() => this.update());
  }

  told(t_s) {
    return `${span(Number(t_s))} / ${span(state.duration_s ?? 0)}`;
  }

  update() {
    const canSeek = this.isAllowed("seek"), canPause = this.isAllowed("pause");
    this.range.disabled = !canSeek;
    this.play.hidden = !canPause;
    this.speed.hidden = !this.isAllowed("speed");
    this.bookmark.hidden = !this.isAllowed("bookmark");
    setText(this.play, state.phase === "paused" ? "▶" : "❚❚");
    setAttribute(this.play, "aria-label", t(state.phase === "paused" ? "resume" : "pause"));
    this.range.max = String(Math.ceil(state.duration_s ?? 1));
    if (!this.isHeld) {
      this.range.value = String(Math.floor(state.t_s ?? 0));
      setText(this.at, this.told(state.t_s ?? 0));
      setAttribute(this.range, "aria-valuetext", this.told(state.t_s ?? 0));
    }
    if (document.activeElement !== this.speed) this.speed.value = String(state.speed);
    this.markBookmarks();
  }

  markBookmarks() {
    const marks = JSON.stringify([state.bookmarks, state.duration_s]);
    if (marks === this.marked) return;
    this.marked = marks;
    this.marks.replaceChildren(...(state.bookmarks ?? []).map((mark) => {
      const button = el("button", { type: "button", class: "mark", "aria-label": `${t("bookmark")} ${span(mark.t_s)}`,
        title: mark.note ?? "", onclick: () => this.seek(mark.t_s, mark.camera_id) });
      button.style.left = `${(100 * mark.t_s) / Math.max(1, state.duration_s)}%`;
      return button;
    }));
  }

  seek(t_s, camera_id = null) {
    if (this.isAllowed("seek")) this.act({ do: "seek", t_s, camera_id });
  }

  toggle() {
    if (!this.isAllowed("pause")) return false;
    this.act({ do: state.phase === "paused" ? "resume" : "pause" });
    return true;
  }
}
