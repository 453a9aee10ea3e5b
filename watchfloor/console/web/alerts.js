// The alert queue: what machines claim and what was seen by watching, oldest first, worked through by keys or pointer.

import { el, keepList, say, setAttribute, setText } from "./dom.js";
import { onSelection, onState, select, selection, state } from "./store.js";
import { labelled, named, onLanguage, span, t, worded } from "./words.js";

const OPEN = ["waiting", "taken"];

/** Return a key for an alert or a sighting. */
export const keyOf = ({ alert_id, sighting_id, camera_id, detect_s }) => (alert_id !== null && alert_id !== undefined
  ? `a${alert_id}` : sighting_id !== null && sighting_id !== undefined ? `s${sighting_id}` : `c${camera_id}-${detect_s}`);

/** Return what names an alert or a sighting in an action. */
export const idOf = (alert) => (alert.alert_id !== null && alert.alert_id !== undefined
  ? { alert_id: alert.alert_id } : { sighting_id: alert.sighting_id });

export class AlertQueue {
  constructor({ onOpen }) {
    this.onOpen = onOpen;
    this.known = new Set();
    this.list = labelled(el("ul", { class: "rows", role: "listbox", tabindex: "0" }), "alerts");
    this.count = el("span", { class: "count" });
    this.empty = worded(el("p", { class: "empty" }), "alerts.none");
    this.element = el("section", { class: "panel alerts" },
      el("header", {}, worded(el("h2"), "alerts"), this.count), this.list, this.empty);
    this.list.addEventListener("keydown", (event) => this.key(event));
    onState(["alerts", "clock"], () => this.update());
    onSelection(() => this.update());
    onLanguage(() => this.update());
  }

  /** Return the alerts in the order shown: open ones by level and age, then the latest closed. */
  get rows() {
    const open = state.alerts.filter((alert) => OPEN.includes(alert.state));
    open.sort((one, other) => (other.level ?? 0) - (one.level ?? 0) || one.detect_s - other.detect_s);
    const closed = state.alerts.filter((alert) => !OPEN.includes(alert.state)).slice(-6).reverse();
    return [...open, ...closed];
  }

  get selected() {
    return this.rows.find((alert) => keyOf(alert) === selection.alert) ?? null;
  }

  update() {
    const rows = this.rows, nOpen = rows.filter((alert) => OPEN.includes(alert.state)).length;
    setText(this.count, nOpen ? String(nOpen) : "");
    this.empty.hidden = rows.length > 0;
    keepList(this.list, rows, keyOf, (alert) => this.make(alert), (row, alert) => this.fill(row, alert));
    const active = rows.some((alert) => keyOf(alert) === selection.alert) ? `alert-${selection.alert}` : null;
    setAttribute(this.list, "aria-activedescendant", active);
    for (const alert of rows) {
      if (!this.known.has(keyOf(alert)) && alert.state === "waiting") {
        say(t("alerts.new", { kind: named("kind", alert.kind), camera: alert.camera_id }));
      }
      this.known.add(keyOf(alert));
    }
  }

  make(alert) {
    const part = (name) => el("span", { class: name });
    const row = el("li", { role: "option", id: `alert-${keyOf(alert)}`, class: "row",
      onclick: () => select("alert", keyOf(alert)), ondblclick: () => this.onOpen(this.selected) });
    row.parts = { level: part("level"), kind: part("row-main"), camera: part("row-side"), age: part("row-age"),
      state: part("chip") };
    row.append(...Object.values(row.parts));
    return row;
  }

  fill(row, alert) {
    const { parts } = row;
    setText(parts.level, "");
    setAttribute(parts.level, "data-level", alert.level ?? 0);
    setAttribute(parts.level, "title", alert.level ? t(`level.${alert.level}`) : t("level.none"));
    setText(parts.kind, named("kind", alert.kind));
    setText(parts.camera, `${t("camera.short")} ${alert.camera_id}`);
    setText(parts.age, OPEN.includes(alert.state) ? span(state.t_s - alert.detect_s) : "");
    setText(parts.state, t(`alert.${alert.state}`));
    setAttribute(parts.state, "data-state", alert.state);
    setAttribute(row, "data-state", alert.state);
    setAttribute(row, "aria-selected", String(keyOf(alert) === selection.alert));
  }

  /** Select the alert so many rows on. */
  step(by) {
    const rows = this.rows;
    if (!rows.length) return;
    const at = rows.findIndex((alert) => keyOf(alert) === selection.alert);
    const next = rows[Math.min(rows.length - 1, Math.max(0, at < 0 ? 0 : at + by))];
    select("alert", keyOf(next));
    document.getElementById(`alert-${keyOf(next)}`)?.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    if (event.key === "ArrowDown") this.step(1);
    else if (event.key === "ArrowUp") this.step(-1);
    else if (event.key === "Enter" && this.selected) this.onOpen(this.selected);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
