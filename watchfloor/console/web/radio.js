// The radio: what was said, by whom and when, and a line to say something; an instructor's notes stand among it.

import { el, keepList, setText } from "./dom.js";
import { PushToTalk, playButton } from "./push_to_talk.js";
import { onState, state } from "./store.js";
import { inWords, labelled, named, onLanguage, seatName, span, t, worded } from "./words.js";

export class Radio {
  constructor({ act, isAllowed, voice = null }) {
    Object.assign(this, { act, isAllowed, voice });
    this.lines = labelled(el("ol", { class: "lines", tabindex: "0" }), "radio");
    this.input = labelled(el("input", { type: "text", maxLength: 300, autocomplete: "off" }), "radio.say");
    onLanguage(() => { this.input.placeholder = t("radio.say"); });
    this.form = el("form", { class: "say" }, this.input, worded(el("button", { type: "submit", class: "small" }), "send"));
    if (voice) this.form.append(new PushToTalk(voice).button);
    this.form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const text = this.input.value.trim();
      if (!text) return;
      this.input.value = "";
      await act({ do: "radio", text });
    });
    this.element = el("section", { class: "panel radio" }, el("header", {}, worded(el("h2"), "radio")), this.lines,
      this.form);
    onState(["radio", "read_backs", "notes"], () => this.update());
    onLanguage(() => this.update());
  }

  update() {
    this.form.hidden = !this.isAllowed("radio");
    const notes = (state.notes ?? []).map((note) => ({ ...note, isNote: true }));
    const lines = [...state.radio, ...notes].sort((one, other) => one.t_s - other.t_s);
    const said = lines.slice(-40).map((line, place) => ({ ...line, key: `${line.t_s}.${line.who}.${place}` }));
    const wasAtEnd = this.lines.scrollHeight - this.lines.scrollTop - this.lines.clientHeight < 40;
    keepList(this.lines, said, (line) => line.key,
      () => { const row = el("li"); row.parts = ["when", "who", "words"].map((name) => el("span", { class: name }));
        row.append(...row.parts); return row; },
      (row, line) => {
        const [when, who, words] = row.parts;
        setText(when, span(line.t_s));
        setText(who, line.unit_id === undefined ? seatName(line.who) : `${t("unit.short")} ${line.unit_id}`);
        setText(words, line.code ? spoken(line) : line.isNote ? t("note.told", line) : inWords(line.text));
        this.attach(row, line);
      });
    if (wasAtEnd) this.lines.scrollTop = this.lines.scrollHeight;
  }

  /** Put beside a line what can be done with it: play spoken words, check a read-back. */
  attach(row, line) {
    if (line.sound && !row.action) row.append(row.action = playButton(this.voice, line));
    if (line.code !== "acknowledge" || !line.kind || !this.isAllowed("read_back")) return;
    if (!row.action) {
      row.append(row.action = el("button", { type: "button", class: "small",
        onclick: () => this.act({ do: "read_back", call_id: line.call_id }) }));
    }
    const isChecked = (state.read_backs ?? []).includes(line.call_id);
    setText(row.action, t(isChecked ? "read-back.checked" : "read-back.check"));
    row.action.disabled = isChecked;
  }

  focus() {
    if (!this.form.hidden) this.input.focus();
    else this.lines.focus();
  }
}

function spoken({ code, call_id, kind, camera_id }) {
  if (code === "acknowledge" && kind) {
    return t("radio.read-back", { call: call_id, kind: named("kind", kind), camera: camera_id ?? "–" });
  }
  return t(`radio.${code}`, { call: call_id ?? "" });
}
