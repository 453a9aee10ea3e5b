// The radio: what was said, by whom and when, and a line to say something.

import { el, keepList, setText } from "./dom.js";
import { onState, state } from "./store.js";
import { labelled, onLanguage, span, t, worded } from "./words.js";

export class Radio {
  constructor({ act, isAllowed }) {
    this.isAllowed = isAllowed;
    this.lines = labelled(el("ol", { class: "lines", tabindex: "0" }), "radio");
    this.input = labelled(el("input", { type: "text", maxLength: 300, autocomplete: "off" }), "radio.say");
    onLanguage(() => { this.input.placeholder = t("radio.say"); });
    this.form = el("form", { class: "say" }, this.input, worded(el("button", { type: "submit", class: "small" }), "send"));
    this.form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const text = this.input.value.trim();
      if (!text) return;
      this.input.value = "";
      await act({ do: "radio", text });
    });
    this.element = el("section", { class: "panel radio" }, el("header", {}, worded(el("h2"), "radio")), this.lines,
      this.form);
    onState(["radio"], () => this.update());
    onLanguage(() => this.update());
  }

  update() {
    this.form.hidden = !this.isAllowed("radio");
    const said = state.radio.slice(-40).map((line, place) => ({ ...line, key: `${line.t_s}.${line.who}.${place}` }));
    const wasAtEnd = this.lines.scrollHeight - this.lines.scrollTop - this.lines.clientHeight < 40;
    keepList(this.lines, said, (line) => line.key,
      () => { const row = el("li"); row.parts = ["when", "who", "words"].map((name) => el("span", { class: name }));
        row.append(...row.parts); return row; },
      (row, line) => {
        const [when, who, words] = row.parts;
        setText(when, span(line.t_s));
        setText(who, line.unit_id === undefined ? line.who : `${t("unit.short")} ${line.unit_id}`);
        setText(words, line.code ? t(`radio.${line.code}`, { call: line.call_id ?? "" }) : line.text);
      });
    if (wasAtEnd) this.lines.scrollTop = this.lines.scrollHeight;
  }

  focus() {
    if (!this.form.hidden) this.input.focus();
    else this.lines.focus();
  }
}
