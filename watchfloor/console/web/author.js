// The page on which an instructor makes exercises: targets put on the map, on a line of time, with a preview.

import { Bar } from "./bar.js";
import { readCity } from "./city.js";
import { ask } from "./dialogs.js";
import { el, say, toast } from "./dom.js";
import { Draft } from "./draft.js";
import { PlaceMap } from "./place_map.js";
import { places } from "./places.js";
import { post, postFor, styled } from "./server.js";
import { TargetForm } from "./target_form.js";
import { TargetLine } from "./target_line.js";
import { labelled, named, onLanguage, t, worded } from "./words.js";

const REST_MS = 350;

/** Show the page; the exercise of that stem is opened, if any. */
export async function showAuthor(app, about, stem) {
  await styled("authoring.css");
  const known = await (await fetch("/api/exercises")).json();
  const page = new AuthorPage(app, about, known);
  await page.open(stem);
  document.documentElement.dataset.ready = "true";
}

class AuthorPage {
  constructor(app, about, known) {
    Object.assign(this, { known, aims: [], isMoving: false });
    this.map = new PlaceMap({ onPlace: (x_m, y_m) => this.place({ x_m, y_m }),
      onCamera: (camera_id) => this.place({ camera_id }), onTarget: (number) => this.select(number) });
    labelled(this.map.canvas, "author.map");
    this.form = new TargetForm({ items: known.items, levels_px: known.levels_px, onChange: (...change) =>
      this.change(...change), onRemove: (number) => this.removeTarget(number), onMove: () => this.startMoving() });
    this.line = new TargetLine({ onSelect: (number) => this.select(number), onRemove: (number) =>
      this.removeTarget(number), onMove: (number, at_s) => this.change(number, { at_s }) });
    this.head = el("section", { class: "panel author-head" });
    labelled(this.head, "author.exercise");
    const add = worded(el("button", { type: "button", class: "small", onclick: () => this.addByCamera() }), "author.add");
    app.replaceChildren(new Bar({ languages: about.languages, title: "", tools: [places("exercises", about)] }).element, el("main", { class: "author" },
      this.head, labelled(el("section", { class: "panel map-panel" }, this.map.element), "map"),
      labelled(el("section", { class: "panel author-side" }, this.form.element), "author.target-form"),
      labelled(el("section", { class: "panel author-foot" }, el("header", {}, worded(el("h2"), "author.line"), add),
        this.line.element), "author.line")));
    document.addEventListener("themechange", () => this.map.recolour());
    onLanguage(() => this.draft && this.showAll());
  }

  /** Begin with an exercise that is kept, or a new one. */
  async open(stem) {
    const answer = stem ? await fetch(`/api/exercises/kept/${encodeURIComponent(stem)}`) : null;
    const tables = answer ? await answer.json() : null;
    if (answer && !answer.ok) toast(tables.error);
    this.draft = answer?.ok ? Draft.of(tables, stem) : new Draft({ name: t("author.new-name"),
      scenario: "market_patrol" });
    await this.openCity();
    this.select(this.draft.targets.length ? 0 : null);
  }

  async openCity() {
    const answer = await fetch(`/api/exercises/city/${encodeURIComponent(this.draft.scenario)}`);
    if (!answer.ok) return toast((await answer.json()).error);
    this.kinds = answer.headers.get("x-kinds").split(",").filter(Boolean);
    this.map.setCity(readCity(await answer.arrayBuffer()));
    return undefined;
  }

  /** Put a target where the map was clicked, or move the one that is being moved there. */
  async place(where) {
    const { draft } = this, moved = this.isMoving ? draft.targets[draft.selected] : null;
    this.isMoving = false;
    const kind = moved?.kind ?? draft.lastKind ?? this.kinds[0];
    const answer = await post("/api/exercises/aim", { scenario: draft.scenario, kind, ...where,
      px: this.known.levels_px[moved?.level ?? "medium"] ?? this.known.levels_px.medium });
    if (!answer.ok) return toast(answer.error);
    if (!answer.aims.length) return toast(t("author.nobody-sees"), "info");
    const [aim] = answer.aims;
    const number = moved ? draft.selected : draft.add(kind);
    draft.take(number, aim, where.camera_id === undefined ? "placed" : (moved?.level ?? "medium"));
    this.aims = answer.aims;
    say(t("author.placed", { n: number + 1, camera: aim.camera_id }));
    this.select(number, { keepAims: true });
    return this.changed();
  }

  async addByCamera() {
    const form = await ask(t("author.add"), [{ name: "camera_id", label: t("field.camera"), type: "number", min: 0,
      max: this.map.city.n - 1, required: true }], { confirm: t("author.add") });
    if (form) await this.place({ camera_id: Number(form.camera_id) });
    document.getElementById("target-kind")?.focus();
  }

  startMoving() {
    this.isMoving = true;
    toast(t("author.move-how"), "info");
    this.map.canvas.focus();
  }

  /** Change fields of a target; where it is seen from is asked of the server. */
  async change(number, { level, aim, ...fields }) {
    const { draft } = this, target = draft.targets[number];
    Object.assign(target, fields);
    if (fields.kind) draft.lastKind = fields.kind;
    if (aim) draft.take(number, aim, "placed");
    else if (level && level !== "placed") target.level = level;
    const isAimed = fields.kind || fields.camera_id !== undefined || (level && level !== "placed");
    if (isAimed) {
      const px = this.known.levels_px[target.level] ?? target.px ?? this.known.levels_px.medium;
      const answer = await post("/api/exercises/aim", { scenario: draft.scenario, kind: target.kind, px,
        camera_id: target.camera_id, aside_deg: target.aside_deg ?? 0 });
      if (answer.ok) draft.take(number, answer.aims[0], target.level ?? "placed");
      else toast(answer.error);
      if (fields.camera_id !== undefined) this.aims = [];
    }
    if (number === draft.selected && fields.at_s === undefined) this.showForm();
    this.changed();
  }

  removeTarget(number) {
    this.draft.targets.splice(number, 1);
    this.select(this.draft.targets.length ? Math.min(number, this.draft.targets.length - 1) : null);
    this.changed();
    (this.line.track.children[this.draft.selected] ?? this.map.canvas).focus();
  }

  select(number, { keepAims = false } = {}) {
    this.draft.selected = number;
    if (!keepAims) this.aims = [];
    this.showAll();
    this.changed();
  }

  showAll() {
    this.showHead();
    this.showForm();
    this.showMarks();
  }

  showForm() {
    const { draft } = this;
    this.form.show(draft.targets[draft.selected], { number: draft.selected, kinds: this.kinds, aims: this.aims });
    this.form.tell(draft.looks[draft.selected], draft.targets[draft.selected]?.isNatural);
  }

  showMarks() {
    const { draft } = this;
    this.line.show({ ...draft, freezes_s: draft.freezes_s, duration_s: draft.duration_s });
    this.map.mark({ selected: draft.selected, cameras: draft.cameras, targets: draft.targets.map((target, number) =>
      draft.looks[number] && { ...draft.looks[number], camera_id: target.camera_id }) });
  }

  /** After a rest, ask the server what the exercise looks like now. */
  changed() {
    this.showMarks();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.check(), REST_MS);
  }

  async check() {
    const { draft } = this, number = draft.selected;
    const answer = await post("/api/exercises/check", draft.body());
    if (draft !== this.draft) return;
    this.head.dataset.problem = answer.ok ? "" : answer.error;
    if (!answer.ok) return void toast(answer.error);
    draft.looks = answer.looks;
    draft.cameras = answer.cameras;
    this.showMarks();
    this.form.tell(draft.looks[number], draft.targets[number]?.isNatural);
    const target = draft.targets[number];
    if (!target || draft.looks.some((look) => look.problem === "unseen")) return void this.form.preview(null);
    const asked = JSON.stringify(target);
    const picture = await postFor("/api/exercises/preview", { ...draft.body(), target: draft.orderOf(number) });
    if (picture && JSON.stringify(draft.targets[draft.selected]) === asked) {
      this.form.preview(picture, t("author.preview", { kind: named("kind", target.kind), camera: target.camera_id }));
    }
  }

  showHead() {
    const { draft, known } = this, focused = document.activeElement?.id;
    const input = (id, key, type, value, work, more = {}) => el("div", { class: "field" },
      el("label", { for: id }, t(key)), el("input", { id, type, value: value ?? "", ...more,
        onchange: (event) => { work(type === "number" ? event.target.valueAsNumber : event.target.value.trim());
          this.changed(); } }));
    const choice = (id, key, value, options, work) => el("div", { class: "field" }, el("label", { for: id }, t(key)),
      el("select", { id, onchange: (event) => work(event.target.value) }, options.map(([name, text]) => el("option",
        { value: name, selected: name === value }, text))));
    const button = (key, work, { tone = "" } = {}) => el("button", { type: "button", class: tone, onclick: work }, t(key));
    const parts = [
      choice("exercise-open", "author.open", draft.stem ?? "", [["", t("author.new")], ...known.exercises.map((one) =>
        [one.stem, one.problem ? `${one.stem} (${t("author.damaged")})` : one.name])], (stem) => this.goTo(stem)),
      input("exercise-name", "field.name", "text", draft.name, (name) => { draft.name = name; }, { maxLength: 80 }),
      choice("exercise-scenario", "author.scenario", draft.scenario, known.scenarios.map((one) => [one.name, one.name]),
        (scenario) => this.changeScenario(scenario)),
      input("exercise-minutes", "author.minutes", "number", draft.minutes, (minutes) => { draft.minutes = minutes || 4; },
        { min: 1, max: 240, step: 0.5 }),
      input("exercise-tiles", "author.tiles", "number", draft.n_tiles, (n) => { draft.n_tiles = n || 9; },
        { min: 1, max: 16 }),
      input("exercise-freezes", "author.freezes", "number", draft.n_freezes, (n) => { draft.n_freezes = n || 0; },
        { min: 0, max: 20 }),
      input("exercise-pass", "author.pass", "number", draft.pass_d_prime, (mark) => {
        draft.pass_d_prime = Number.isFinite(mark) ? mark : null; }, { min: 0, max: 5, step: 0.1 }),
      el("div", { class: "author-buttons" }, button("author.save", () => this.save(), { tone: "primary" }),
        draft.stem ? button("author.play", () => this.play()) : null,
        draft.stem ? button("author.delete", () => this.remove(), { tone: "bad" }) : null),
    ];
    this.head.replaceChildren(...parts);
    if (focused) document.getElementById(focused)?.focus();
  }

  async changeScenario(scenario) {
    if (this.draft.targets.length && !(await ask(t("author.other-scenario"), []))) return this.showHead();
    Object.assign(this.draft, { scenario, targets: [], cameras: [], looks: [], lastKind: null });
    await this.openCity();
    return this.select(null);
  }

  goTo(stem) {
    location.assign(stem ? `/?page=exercises&exercise=${encodeURIComponent(stem)}` : "/?page=exercises");
  }

  async save() {
    const { draft } = this;
    const answer = await post("/api/exercises", { ...draft.body(), over: draft.stem });
    if (!answer.ok) return toast(answer.error);
    draft.stem = answer.stem;
    this.known = await (await fetch("/api/exercises")).json();
    history.replaceState(null, "", `/?page=exercises&exercise=${encodeURIComponent(answer.stem)}`);
    this.showHead();
    return toast(t("author.saved", { file: `exercises/${answer.stem}.toml` }), "info");
  }

  async play() {
    const answer = await post("/api/sessions", { offer: `exercise:${this.draft.stem}` });
    if (answer.ok) location.assign(`/?session=${encodeURIComponent(answer.session_id)}`);
    else toast(answer.error);
  }

  async remove() {
    if (!(await ask(t("author.delete-title", { name: this.draft.name }), [], { confirm: t("author.delete") }))) return;
    const answer = await post("/api/exercises/remove", { stem: this.draft.stem });
    if (answer.ok) this.goTo("");
    else toast(answer.error);
  }
}
