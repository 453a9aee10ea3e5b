// The bar over everything: whose session, the clock, the connection, language and theme.

import { el, setAttribute, setText } from "./dom.js";
import { choose, chosen, onState, state } from "./store.js";
import { day, inWords, labelled, language, onLanguage, speak, t, worded } from "./words.js";

export const THEMES = ["dark", "light", "contrast"];
const NAMES = { en: "English", ru: "Русский", kk: "Қазақша" };

/** Put a theme on the page. */
export function wear(theme) {
  document.documentElement.dataset.theme = THEMES.includes(theme) ? theme : "dark";
  choose("theme", document.documentElement.dataset.theme);
  document.dispatchEvent(new Event("themechange"));
}

function languageChoice(languages) {
  const choice = labelled(el("select", { onchange: () => { choose("language", choice.value); speak(choice.value); } },
    languages.map((one) => el("option", { value: one, lang: one }, NAMES[one] ?? one))), "language");
  onLanguage(() => { choice.value = language(); });
  return choice;
}

function themeChoice() {
  const choice = labelled(el("select", { onchange: () => wear(choice.value) }), "theme");
  onLanguage(() => {
    choice.replaceChildren(...THEMES.map((theme) => el("option", { value: theme }, t(`theme.${theme}`))));
    choice.value = chosen("theme", "dark");
  });
  return choice;
}

export class Bar {
  constructor({ languages, title, mode, role, tools = [] }) {
    this.clock = el("time", { class: "clock" });
    this.phase = el("span", { class: "chip phase" });
    this.connection = el("span", { class: "connection", role: "status" });
    this.exercise = el("strong", { class: "exercise", hidden: true });
    this.day = el("span", { class: "day" });
    const modeChip = mode ? worded(el("span", { class: "chip", "data-mode": mode }), `mode.${mode}`) : null;
    const name = el("span", { class: "title" });
    onLanguage(() => { setText(name, inWords(title)); setAttribute(name, "title", inWords(title)); });
    this.element = el("header", { class: "bar" },
      el("h1", { class: "brand" }, el("a", { href: "/" }, "watchfloor")), this.clock, name,
      modeChip, role ? worded(el("span", { class: "chip" }), `role.${role}`) : null, this.phase, this.exercise,
      el("span", { class: "space" }), ...tools, languageChoice(languages), themeChoice(), this.connection, this.day);
    onState(["clock", "phase", "banner"], () => this.update());
    onLanguage(() => this.update());
  }

  update() {
    setText(this.clock, state.clock ?? "");
    setText(this.phase, state.clock ? t(`phase.${state.phase}`) : "");
    setAttribute(this.phase, "data-state", state.phase);
    setText(this.day, day(new Date()));
    this.exercise.hidden = !state.banner;
    setText(this.exercise, state.banner ? t("exercise") : "");
    document.documentElement.dataset.exercise = String(Boolean(state.banner));
  }

  connected(status) {
    setText(this.connection, t(`connection.${status}`));
    setAttribute(this.connection, "data-state", status);
  }
}
