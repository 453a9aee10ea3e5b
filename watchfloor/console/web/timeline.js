// Time: where the session stands, play and pause, speed, and the way to any instant that is past.

import { el, setAttribute, setText } from "./dom.js";
import { onState, state } from "./store.js";
import { labelled, onLanguage, span, t, worded } from "./words.js";

const SPEEDS = [0.5, 1, 2, 4, 10, 60];

export class Timeline {
  constructor({ act, isAllowed, onBookmark, onEvidence, onLook }) {
    this.act = act;
    this.look = onLook;
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
    this.now = worded(el("button", { type: "button", class: "small primary", hidden: true,
      onclick: () => this.look(null) }), "time.now");
    this.element = el("section", { class: "panel timeline" }, this.play, this.at, this.now,
      el("div", { class: "track" }, this.range, this.marks), this.speed, this.bookmark, evidence);
    labelled(this.element, "time");
    onState(["clock", "phase", "speed", "duration_s", "bookmarks", "past"], () => this.update());
    onLanguage(() => this.update());
  }

  /** Return the instant that is seen: the session's, or the one that this seat looks back at. */
  get seen_s() {
    return state.past?.at_s ?? state.t_s ?? 0;
  }

  get isLookingBack() {
    return typeof state.past?.at_s === "number";
  }

  told(t_s) {
    return `${span(Number(t_s))} / ${span(state.duration_s ?? 0)}`;
  }

  update() {
    const canLook = Boolean(state.past), isPaused = canLook && this.isLookingBack ? state.past.is_paused
      : state.phase === "paused";
    this.range.disabled = !this.canSeek && !canLook;
    this.play.hidden = !this.isAllowed("pause") && !this.isLookingBack;
    this.now.hidden = !this.isLookingBack;
    this.speed.hidden = !this.isAllowed("speed");
    this.bookmark.hidden = !this.isAllowed("bookmark");
    setText(this.play, isPaused ? "▶" : "❚❚");
    setAttribute(this.play, "aria-label", t(isPaused ? "resume" : "pause"));
    this.range.min = String(canLook ? Math.ceil(state.past.from_s) : 0);
    this.range.max = String(canLook ? Math.max(Math.ceil(state.past.from_s) + 1, Math.floor(state.t_s ?? 1))
      : Math.ceil(state.duration_s ?? 1));
    if (!this.isHeld) {
      this.range.value = String(Math.floor(this.seen_s));
      setText(this.at, this.told(this.seen_s));
      setAttribute(this.range, "aria-valuetext", this.told(this.seen_s));
    }
    setAttribute(this.at, "data-past", String(this.isLookingBack));
    if (document.activeElement !== this.speed) this.speed.value = String(state.speed);
    this.markBookmarks();
  }

  markBookmarks() {
    const from_s = Number(this.range.min), to_s = Number(this.range.max);
    const marks = JSON.stringify([state.bookmarks, from_s, to_s]);
    if (marks === this.marked) return;
    this.marked = marks;
    const within = (state.bookmarks ?? []).filter((mark) => mark.t_s >= from_s - 1);
    this.marks.replaceChildren(...within.map((mark) => {
      const button = el("button", { type: "button", class: "mark", "aria-label": `${t("bookmark")} ${span(mark.t_s)}`,
        title: mark.note ?? "", onclick: () => this.seek(mark.t_s, mark.camera_id) });
      button.style.left = `${(100 * (mark.t_s - from_s)) / Math.max(1, to_s - from_s)}%`;
      return button;
    }));
  }

  /** A finished run is sought by its session; whoever else may look back does so alone, all tiles together. */
  get canSeek() {
    return this.isAllowed("seek") && !state.past;
  }

  /** Go to an instant; false where this seat may not. */
  seek(t_s, camera_id = null) {
    if (state.past) this.look(t_s >= Math.floor(state.t_s) && state.phase === "running" ? null : t_s, camera_id);
    else if (this.canSeek) this.act({ do: "seek", t_s, camera_id });
    else return false;
    return true;
  }

  toggle() {
    if (this.isLookingBack) {
      this.look(state.past.at_s, null, !state.past.is_paused);
      return true;
    }
    if (!this.isAllowed("pause")) return false;
    this.act({ do: state.phase === "paused" ? "resume" : "pause" });
    return true;
  }
}
