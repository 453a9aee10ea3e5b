// The dispatch desk: confirmed calls, the patrols, and the choice of who is sent.

import { el, keepList, setAttribute, setText } from "./dom.js";
import { onSelection, onState, select, selection, state } from "./store.js";
import { labelled, named, onLanguage, span, t, worded } from "./words.js";

const SENDABLE = ["available", "patrolling", "posted", "returning"];

export class Desk {
  constructor({ act, isAllowed, codes, onNear, onEvidence }) {
    this.codes = codes;
    this.act = act;
    this.isAllowed = isAllowed;
    this.calls = labelled(el("ul", { class: "rows", role: "listbox", tabindex: "0" }), "calls");
    this.units = labelled(el("ul", { class: "rows units", role: "list" }), "units");
    this.near = worded(el("button", { type: "button", class: "small", hidden: true,
      onclick: () => onNear(this.selected) }), "calls.near");
    this.evidence = worded(el("button", { type: "button", class: "small", hidden: true,
      onclick: () => onEvidence(this.selected.clip) }), "evidence");
    this.told = el("p", { class: "call-told muted", hidden: true });
    this.noCalls = worded(el("p", { class: "empty" }), "calls.none");
    this.element = el("section", { class: "panel desk" },
      el("header", {}, worded(el("h2"), "calls"), this.evidence, this.near), this.calls, this.told, this.noCalls,
      el("header", {}, worded(el("h2"), "units")), this.units);
    this.calls.addEventListener("keydown", (event) => this.key(event));
    onState(["calls", "units", "clock"], () => this.update());
    onSelection(() => this.update());
    onLanguage(() => this.update());
  }

  get rows() {
    const open = state.calls.filter((call) => call.state !== "cleared");
    return [...open, ...state.calls.filter((call) => call.state === "cleared").slice(-3).reverse()];
  }

  get selected() {
    return state.calls.find((call) => call.call_id === selection.call) ?? null;
  }

  update() {
    this.noCalls.hidden = this.rows.length > 0;
    keepList(this.calls, this.rows, (call) => call.call_id, (call) => this.makeCall(call),
      (row, call) => this.fillCall(row, call));
    const call = this.selected;
    setText(this.told, call ? [call.place, call.note].filter(Boolean).join(" · ") : "");
    this.told.hidden = !this.told.textContent;
    this.near.hidden = !call || !this.isAllowed("show");
    this.evidence.hidden = !call?.clip;
    const units = [...state.units];
    const away = (unit) => call?.travel_s?.[unit.unit_id] ?? Infinity;
    if (call) units.sort((one, other) => away(one) - away(other) || one.unit_id - other.unit_id);
    keepList(this.units, units, (unit) => unit.unit_id, (unit) => this.makeUnit(unit),
      (row, unit) => this.fillUnit(row, unit, call));
    setAttribute(this.calls, "aria-activedescendant", call ? `call-${call.call_id}` : null);
  }

  makeCall(call) {
    const row = el("li", { role: "option", class: "row", id: `call-${call.call_id}`,
      onclick: () => select("call", call.call_id) });
    row.parts = ["priority", "row-main", "row-side", "chip"].map((name) => el("span", { class: name }));
    row.append(...row.parts);
    return row;
  }

  fillCall(row, call) {
    const [priority, main, side, chip] = row.parts;
    setText(priority, call.priority ? `P${call.priority}` : "");
    const code = this.codes[call.kind];
    setText(main, code ? `${named("kind", call.kind)} · ${code.code}` : named("kind", call.kind));
    setAttribute(main, "title", code ? t("code.told", code) : null);
    const units = call.units.map((unit) => `${t("unit.short")} ${unit}`).join(", ");
    setText(side, units || (call.camera_id === null ? "" : `${t("camera.short")} ${call.camera_id}`));
    setText(chip, call.disposition ? named("disposition", call.disposition) : t(`call.${call.state}`));
    setAttribute(chip, "data-state", call.state);
    setAttribute(row, "aria-selected", String(call.call_id === selection.call));
  }

  makeUnit(unit) {
    const row = el("li", { class: "row" });
    row.parts = ["unit-mark", "row-main", "row-side", "chip"].map((name) => el("span", { class: name }));
    row.send = worded(el("button", { type: "button", class: "small", onclick: () => this.send(unit.unit_id) }), "send");
    row.append(...row.parts, row.send);
    return row;
  }

  fillUnit(row, unit, call) {
    const [mark, main, side, chip] = row.parts;
    setAttribute(mark, "data-state", unit.state);
    setText(main, `${t("unit.short")} ${unit.unit_id}`);
    const travel_s = call?.travel_s?.[unit.unit_id];
    setText(side, travel_s === undefined ? "" : span(travel_s));
    setText(chip, named("unit-state", unit.state));
    setAttribute(chip, "data-state", unit.state);
    row.send.hidden = !call || !this.isAllowed("dispatch") || call.state === "cleared" || !SENDABLE.includes(unit.state);
    setAttribute(row.send, "aria-label", t("send.label", { unit: unit.unit_id, call: call?.call_id ?? "" }));
  }

  send(unit_id) {
    if (this.selected) this.act({ do: "dispatch", call_id: this.selected.call_id, unit_id });
  }

  /** Bring the first unit that may be sent under the finger. */
  offer() {
    const waiting = this.selected ?? state.calls.find((call) => call.state === "waiting") ?? null;
    if (waiting) select("call", waiting.call_id);
    this.units.querySelector("button:not([hidden])")?.focus();
  }

  key(event) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter") this.offer();
    else if (by) {
      const rows = this.rows, at = rows.findIndex((call) => call.call_id === selection.call);
      const next = rows[Math.min(rows.length - 1, Math.max(0, at < 0 ? 0 : at + by))];
      if (next) select("call", next.call_id);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
