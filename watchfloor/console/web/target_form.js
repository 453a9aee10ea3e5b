// The form of one target of an exercise: what happens, before which camera, how hard to see, and what is expected.

import { el, setText } from "./dom.js";
import { named, number, t } from "./words.js";

const LEVELS = ["easy", "medium", "hard", "very_hard"];

/** Make the form; every change is told with the fields that changed. */
export class TargetForm {
  constructor({ items, levels_px, onChange, onRemove, onMove }) {
    Object.assign(this, { items, levels_px, on: { onChange, onRemove, onMove } });
    this.element = el("form", { class: "author-form", onsubmit: (event) => event.preventDefault() });
    this.picture = el("img", { class: "author-picture", hidden: true });
    this.told = el("p", { class: "author-told", role: "status" });
  }

  /** Show a target; null shows how one is placed. */
  show(target, { number: place, kinds, aims }) {
    this.place = place;
    if (!target) {
      this.element.replaceChildren(el("p", { class: "empty" }, t("author.how")), el("p", { class: "empty" },
        t("author.how-keys")));
      return;
    }
    const focused = document.activeElement?.id;
    const change = (fields) => this.on.onChange(place, fields);
    const choice = (id, key, value, options, work) => field(id, key, el("select", { id, onchange: (event) =>
      work(event.target.value) }, options.map(([name, text]) => el("option", { value: name,
      selected: name === String(value) }, text))));
    const seconds = (id, key, value, min, work) => field(id, key, el("input", { id, type: "number", min, step: 1,
      value: String(value), onchange: (event) => Number.isFinite(event.target.valueAsNumber) &&
      work(Math.max(min, event.target.valueAsNumber)) }));
    this.level = choice("target-level", "author.level", target.level ?? "placed", [
      ...LEVELS.map((level) => [level, t(`author.level.${level}`, { px: this.levels_px[level] })]),
      ["placed", t("author.level.placed")]], (level) => change({ level }));
    const parts = [
      el("h2", {}, t("author.target", { n: place + 1 })), this.picture, this.told,
      choice("target-kind", "field.kind", target.kind, kinds.map((kind) => [kind, named("kind", kind)]),
        (kind) => change({ kind })),
      seconds("target-camera", "field.camera", target.camera_id, 0, (camera_id) => change({ camera_id, aside_deg: 0 })),
      aims.length > 1 ? choice("target-aim", "author.aims", target.camera_id, aims.map((aim) => [String(aim.camera_id),
        t("author.aim", { camera: aim.camera_id, px: number(aim.px, 0), m: number(aim.distance_m, 0) }) +
        (aim.can_zoom ? ` ${t("tile.ptz")}` : "")]), (camera) => change({ aim: aims.find((aim) =>
        aim.camera_id === Number(camera)) })) : null,
      this.level,
      el("div", { class: "author-pair" },
        seconds("target-at", "author.at", target.at_s, 0, (at_s) => change({ at_s })),
        seconds("target-visible", "author.visible", target.visible_s, 1, (visible_s) => change({ visible_s }))),
      this.expectations(target, change),
      el("div", { class: "dialog-buttons" },
        el("button", { type: "button", class: "small", onclick: () => this.on.onMove(place) }, t("author.move")),
        el("button", { type: "button", class: "small bad", onclick: () => this.on.onRemove(place) },
          t("author.remove-target"))),
    ];
    this.element.replaceChildren(...parts.filter(Boolean));
    if (focused) document.getElementById(focused)?.focus();
  }

  expectations(target, change) {
    const wanted = new Set(target.expects ?? this.items);
    return el("fieldset", { class: "field author-expects" }, el("legend", {}, t("author.expects")), this.items.map((item) => el("label",
      { class: "author-check" }, el("input", { type: "checkbox", id: `expects-${item}`, checked: wanted.has(item),
        onchange: ({ target: box }) => {
          if (box.checked) wanted.add(item);
          else wanted.delete(item);
          const expects = this.items.filter((one) => wanted.has(one));
          change({ expects: expects.length === this.items.length ? null : expects });
        } }), ` ${named("check", item)}`)));
  }

  /** Say how large the target is and what is wrong with it. */
  tell(look, isNatural) {
    if (!look) return;
    setText(this.told, [t("author.px", { px: number(look.px, 0) }), isNatural ? t("author.natural") : "",
      look.problem ? t(`author.${look.problem}`) : ""].filter(Boolean).join(" "));
    this.told.classList.toggle("wrong", Boolean(look.problem));
  }

  /** Show what the camera shows; null shows nothing. */
  preview(blob, words) {
    URL.revokeObjectURL(this.picture.src);
    this.picture.hidden = !blob;
    if (!blob) return;
    this.picture.src = URL.createObjectURL(blob);
    this.picture.alt = words;
  }
}

function field(id, key, input) {
  return el("div", { class: "field" }, el("label", { for: id }, t(key)), input);
}
