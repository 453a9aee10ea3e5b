// The planner's page: other staff, more cameras or a detector, and what each would change, with its interval.

import { Bar } from "./bar.js";
import { el, say, toast } from "./dom.js";
import { places } from "./places.js";
import { post, styled } from "./server.js";
import { waterfall } from "./waterfall.js";
import { estimate, inWords, isSure, language, number, onLanguage, t } from "./words.js";

const REST_MS = 400;
const MAX_CAMERAS_FACTOR = 3;

/** Show the page, with what is being played or was played last. */
export async function showWhatIf(app, about) {
  await styled("what_if.css");
  const page = new WhatIfPage(app, about, await (await fetch("/api/what-if")).json());
  page.follow();
  document.documentElement.dataset.ready = "true";
}

class WhatIfPage {
  constructor(app, about, told) {
    this.told = told;
    this.asked = { n_replications: 50, share_percent: 10, detector: null };
    this.form = el("form", { class: "panel what-if-form", onsubmit: (event) => { event.preventDefault(); this.ask(); } });
    this.found = el("section", { class: "what-if-found" });
    app.replaceChildren(new Bar({ languages: about.languages, title: "", tools: [places("what-if", about)] }).element,
      el("main", { class: "what-if" }, this.form, this.found));
    this.choose(told.state.scenario ?? "kostanay");
    onLanguage(() => { this.showForm(); this.show(); });
  }

  /** Take a scenario's room as it is. */
  choose(name) {
    const { told } = this, room = told.scenarios.find((one) => one.name === name) ?? told.scenarios[0];
    this.room = room;
    Object.assign(this.asked, { scenario: room.name, inspectors: room.inspectors, units: room.units,
      n_cameras: room.n_cameras });
  }

  async ask() {
    const answer = await post("/api/what-if", this.asked);
    if (!answer.ok) return void toast(answer.error);
    this.told = answer;
    return this.follow();
  }

  async stop() {
    const answer = await post("/api/what-if/stop", {});
    if (answer.ok) this.told = answer;
  }

  /** Show how far the answer is until it is there. */
  async follow() {
    this.show();
    while (this.told.state.phase === "running") {
      await new Promise((resolve) => { setTimeout(resolve, REST_MS); });
      const answer = await fetch("/api/what-if");
      if (answer.ok) this.told = await answer.json();
      this.show();
      if (this.told.state.phase !== "running") say(t(`what-if.${this.told.state.phase}`));
    }
  }

  showForm() {
    const { asked, room, told } = this, focused = document.activeElement?.id;
    const field = (id, key, input, hint) => el("div", { class: "field" }, el("label", { for: id }, t(key)), input,
      hint ? el("span", { class: "muted" }, hint) : null);
    const whole = (name, key, min, max, hint) => field(`what-if-${name}`, key, el("input", { id: `what-if-${name}`,
      type: "number", min, max, required: true, value: asked[name],
      oninput: (event) => { asked[name] = event.target.valueAsNumber; } }), hint);
    const choice = (name, key, options, work) => field(`what-if-${name}`, key, el("select", { id: `what-if-${name}`,
      onchange: (event) => work(event.target.value) }, options.map(([value, text]) => el("option", { value,
        selected: value === String(asked[name] ?? "") }, text))));
    const now = (value) => t("what-if.now", { n: number(value) });
    this.form.replaceChildren(el("h2", {}, t("page.what-if")), el("p", { class: "muted" }, t("what-if.how")),
      choice("scenario", "author.scenario", told.scenarios.map(({ name }) => [name, name]), (name) => {
        this.choose(name);
        this.showForm();
      }), el("p", { class: "muted what-if-title" }, inWords(room.title)),
      whole("inspectors", "what-if.inspectors", 1, 400, now(room.inspectors)),
      whole("units", "what-if.units", 1, 400, now(room.units)),
      ...(room.n_cameras ? [whole("n_cameras", "what-if.cameras", room.n_cameras, MAX_CAMERAS_FACTOR * room.n_cameras,
        now(room.n_cameras))] : []),
      choice("detector", "what-if.detector", [["", t("what-if.no-detector")], ...told.detectors.map((one) => [one, one])],
        (name) => { asked.detector = name || null; this.showForm(); }),
      ...(asked.detector ? [whole("share_percent", "what-if.share", 1, 100)] : []),
      ...(told.detectors.length ? [] : [el("p", { class: "muted" }, t("what-if.no-models"))]),
      choice("n_replications", "what-if.replications", told.replications.map((one) => [String(one), number(one)]),
        (value) => { asked.n_replications = Number(value); }),
      el("div", { class: "what-if-buttons" }, el("button", { id: "what-if-ask", type: "submit", class: "primary" },
        t("what-if.ask")), el("button", { id: "what-if-stop", type: "button", onclick: () => this.stop() },
        t("what-if.stop"))));
    if (focused) document.getElementById(focused)?.focus();
  }

  show() {
    const { state } = this.told, isRunning = state.phase === "running";
    const focused = document.activeElement?.id;
    document.getElementById("what-if-ask").disabled = isRunning;
    document.getElementById("what-if-stop").disabled = !isRunning;
    if (isRunning && focused === "what-if-ask") document.getElementById("what-if-stop").focus();
    this.found.dataset.phase = state.phase;
    this.found.replaceChildren(...progressOf(state), ...(state.answer ? answerOf(state) : []));
  }
}

function progressOf(state) {
  const told = t(`what-if.${state.phase}`);
  if (state.phase === "failed") return [el("p", { class: "what-if-failed" }, `${told}: ${state.error}`)];
  if (state.phase !== "running") return [el("p", { class: "muted" }, told)];
  const n = state.n_done ? { max: state.n_total, value: state.n_done } : {};
  return [el("div", { class: "what-if-progress" }, el("progress", { ...n, "aria-label": told }), el("span", {},
    state.n_done ? t("what-if.plays", { done: number(state.n_done), total: number(state.n_total) }) : t("what-if.begin")))];
}

function answerOf({ answer, scenario, n_replications }) {
  const { measures, base, changes } = answer, said = language();
  const cell = (one, signed) => el("td", { class: signed && isSure(one) ? "sure" : null }, estimate(one, signed));
  return [
    el("h2", {}, t("what-if.found", { scenario, n: number(n_replications) })),
    el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("what-if.table") }, el("table", {},
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, t("what-if.change")), measures.map(({ titles }) =>
        el("th", { scope: "col" }, titles[said])))),
      el("tbody", {}, el("tr", { class: "what-if-base" }, el("th", { scope: "row" }, t("what-if.base")),
        measures.map(({ measure }) => cell(base[measure], false))), changes.map((change) => el("tr", {},
        el("th", { scope: "row" }, change.names[said]), measures.map(({ measure }) =>
          cell(change.differences[measure], true))))))),
    el("p", { class: "muted" }, t("what-if.sure")),
    ...waterfall(answer),
  ];
}
