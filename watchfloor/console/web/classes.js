// The page of classes: members, pass marks, how far each has come, as a table and as a picture.

import { Bar } from "./bar.js";
import { classChart } from "./class_chart.js";
import { ask } from "./dialogs.js";
import { el, toast } from "./dom.js";
import { places } from "./places.js";
import { post, styled } from "./server.js";
import { number, onLanguage, t, worded } from "./words.js";

export async function showClasses(app, about) {
  await styled("authoring.css");
  const page = new ClassesPage(app, about);
  await page.load();
  document.documentElement.dataset.ready = "true";
}

class ClassesPage {
  constructor(app, about) {
    this.main = el("main", { class: "lobby classes" });
    app.replaceChildren(new Bar({ languages: about.languages, title: "", tools: [places("classes", about)] }).element, this.main);
    onLanguage(() => this.told && this.show());
  }

  async load() {
    this.told = await (await fetch("/api/classes")).json();
    this.chosen ??= this.told.classes[0]?.name ?? null;
    this.show();
  }

  async change(body) {
    const answer = await post("/api/classes", body);
    if (!answer.ok) return void toast(answer.error);
    this.told = answer;
    if (!this.told.classes.some(({ name }) => name === this.chosen)) this.chosen = this.told.classes[0]?.name ?? null;
    return this.show();
  }

  show() {
    const shown = this.told.classes.find(({ name }) => name === this.chosen) ?? null;
    const focused = document.activeElement?.id;
    const choice = el("select", { id: "class-choice", onchange: () => { this.chosen = choice.value; this.show(); } },
      this.told.classes.map(({ name }) => el("option", { value: name, selected: name === this.chosen }, name)));
    const button = (key, work) => el("button", { type: "button", id: `class-${key}`, onclick: work }, t(key));
    const head = el("div", { class: "class-head" }, this.told.classes.length ? el("div", { class: "field" },
      el("label", { for: "class-choice" }, t("class")), choice) : null, button("class.make", () => this.make(null)),
    ...(shown ? [button("class.marks", () => this.make(shown)), button("class.add", () => this.add()),
      button("class.remove", () => this.remove()), el("a", { class: "class-export",
        href: `/api/classes/${encodeURIComponent(shown.name)}/table.csv`, download: "" }, t("class.export"))] : []));
    this.main.replaceChildren(worded(el("h2"), "page.classes"), head, ...(shown ? [marksOf(shown.marks),
      shown.members.length ? this.table(shown) : el("p", { class: "empty" }, t("class.nobody")),
      ...classChart(shown)] : [el("p", { class: "empty" }, t("class.none"))]));
    if (focused) document.getElementById(focused)?.focus();
  }

  table({ members }) {
    const heads = ["class.member", "class.sessions", "score.targets", "class.hit_share", "score.d_prime",
      "class.checklist_share", "score.reaction_s", "class.verdict"];
    return el("div", { class: "scroll class-table", tabindex: "0", role: "region", "aria-label": t("class.progress") },
      el("table", {}, el("thead", {}, el("tr", {}, heads.map((key) => el("th", { scope: "col" }, t(key))),
        el("th", { scope: "col" }, el("span", { class: "unseen" }, t("class.actions"))))),
      el("tbody", {}, members.map((one) => this.row(one)))));
  }

  row(one) {
    const { d_prime: d, n_targets } = one.detection;
    const share = (value) => (value === null ? "–" : `${number(100 * value)} %`);
    const called = one.name ?? one.trainee_id;
    return el("tr", {}, el("th", { scope: "row" }, called), el("td", {}, String(one.d_primes.length)),
      el("td", {}, String(n_targets)), el("td", {}, share(one.hit_share)),
      el("td", {}, n_targets ? `${number(d.value, 2)} (${number(d.low, 2)} … ${number(d.high, 2)})` : "–"),
      el("td", {}, share(one.checklist_share)), el("td", {}, one.reaction_s === null ? "–" : number(one.reaction_s, 1)),
      el("td", {}, el("span", { class: "chip", "data-verdict": one.verdict }, t(`class.${one.verdict}`))),
      el("td", {}, one.name && this.told.exercises.length ? el("button", { type: "button", class: "small",
        "aria-label": `${t("class.train")}: ${called}`, onclick: () => this.train(one) }, t("class.train")) : null, " ",
      el("button", { type: "button", class: "small", "aria-label": `${t("class.drop")}: ${called}`,
        onclick: () => this.change({ do: "drop", class: this.chosen, trainee_id: one.trainee_id }) }, t("class.drop"))));
  }

  async make(shown) {
    const mark = (name) => ({ name, label: t(`class.pass.${name}`), type: "number", min: 0, step: "any",
      value: shown?.marks[name] === null ? "" : String(shown?.marks[name] ?? "") });
    const form = await ask(t(shown ? "class.marks" : "class.make"), [
      ...(shown ? [] : [{ name: "name", label: t("field.name"), required: true }]),
      mark("d_prime"), mark("hit_share"), mark("checklist_share")]);
    if (!form) return;
    const marks = Object.fromEntries(["d_prime", "hit_share", "checklist_share"].map((name) =>
      [name, form[name] === "" ? null : Number(form[name])]));
    this.chosen = shown?.name ?? form.name.trim();
    await this.change({ do: "make", class: this.chosen, ...marks });
  }

  async add() {
    const form = await ask(t("class.add"), [{ name: "trainee", label: t("class.name"), required: true }]);
    if (form) await this.change({ do: "add", class: this.chosen, trainee: form.trainee });
  }

  /** Open an exercise at which the member then sits down. */
  async train(one) {
    const form = await ask(`${t("class.train")}: ${one.name}`, [{ name: "exercise", label: t("author.exercise"),
      options: this.told.exercises.map((stem) => [stem, stem]) }], { confirm: t("class.train") });
    if (!form) return;
    const answer = await post("/api/classes/train", { trainee_id: one.trainee_id, exercise: form.exercise });
    if (answer.ok) location.assign(`/?session=${encodeURIComponent(answer.session_id)}`);
    else toast(answer.error);
  }

  async remove() {
    if (await ask(t("class.remove-title", { name: this.chosen }), [], { confirm: t("class.remove") })) {
      await this.change({ do: "remove", class: this.chosen });
    }
  }
}

function marksOf(marks) {
  const told = Object.entries(marks).filter(([, value]) => value !== null).map(([name, value]) =>
    `${t(`class.pass.${name}`)}: ${number(value, 2)}`);
  return el("p", { class: "muted class-marks" }, told.length ? told.join(" · ") : t("class.no-marks"));
}
