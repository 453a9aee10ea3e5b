// The line of time of an exercise: each target a bar that is chosen, moved and removed by mouse or keys.

import { el, setAttribute } from "./dom.js";
import { clamp } from "./optics.js";
import { labelled, named, onLanguage, span, t } from "./words.js";

const STEP_S = 1, LEAP_S = 10;

export class TargetLine {
  constructor({ onSelect, onMove, onRemove }) {
    this.on = { onSelect, onMove, onRemove };
    this.track = labelled(el("div", { class: "author-track", role: "group" }), "author.line");
    this.axis = el("div", { class: "axis", "aria-hidden": "true" });
    this.element = el("div", { class: "author-line" }, this.track, this.axis);
    onLanguage(() => this.shown && this.show(this.shown));
  }

  show(shown) {
    this.shown = shown;
    const { targets, looks, freezes_s, duration_s, selected } = shown;
    const share = (t_s) => `${(100 * t_s) / duration_s}%`;
    while (this.track.children.length > targets.length) this.track.lastChild.remove();
    while (this.track.children.length < targets.length) this.track.append(this.makeBar(this.track.children.length));
    targets.forEach((target, number) => {
      const bar = this.track.children[number];
      const words = t("author.bar", { n: number + 1, kind: named("kind", target.kind), camera: target.camera_id,
        from: span(target.at_s), to: span(target.at_s + target.visible_s) });
      const problem = looks[number]?.problem;
      Object.assign(bar.style, { left: share(target.at_s), width: `max(24px, ${share(target.visible_s)})`,
        top: `${4 + 26 * (number % 3)}px` });
      bar.textContent = String(number + 1);
      bar.title = words;
      setAttribute(bar, "aria-label", problem ? `${words}: ${t(`author.${problem}`)}` : words);
      setAttribute(bar, "aria-pressed", String(number === selected));
      setAttribute(bar, "data-problem", problem ?? null);
    });
    const marks = [0, 0.25, 0.5, 0.75, 1].map((part) => el("span", {}, span(part * duration_s)));
    this.axis.replaceChildren(...marks, ...freezes_s.map((t_s) => {
      const mark = el("i", { class: "author-freeze" });
      mark.style.left = share(t_s);
      return mark;
    }));
  }

  makeBar(number) {
    const bar = el("button", { type: "button", class: "author-bar", onclick: () => this.on.onSelect(number) });
    bar.addEventListener("keydown", (event) => {
      const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (way) this.moveTo(number, this.shown.targets[number].at_s + way * (event.shiftKey ? LEAP_S : STEP_S));
      else if (event.key === "Delete" || event.key === "Backspace") this.on.onRemove(number);
      else return;
      event.preventDefault();
    });
    this.followPointer(bar, number);
    return bar;
  }

  followPointer(bar, number) {
    let from = null;
    bar.addEventListener("pointerdown", (event) => {
      from = { x: event.clientX, at_s: this.shown.targets[number].at_s };
      bar.setPointerCapture(event.pointerId);
    });
    bar.addEventListener("pointermove", (event) => {
      if (!from || Math.abs(event.clientX - from.x) < 3) return;
      const s_per_px = this.shown.duration_s / this.track.clientWidth;
      this.moveTo(number, from.at_s + (event.clientX - from.x) * s_per_px);
    });
    bar.addEventListener("pointerup", () => { from = null; });
  }

  moveTo(number, at_s) {
    const { targets, duration_s } = this.shown;
    this.on.onMove(number, clamp(Math.round(at_s), 0, duration_s - targets[number].visible_s));
  }
}
