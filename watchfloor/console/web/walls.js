// What the wall may show by a name: a kind of place, a district, or what was saved; and the tour through it.

import { landUseOf } from "./city.js";
import { askName } from "./dialogs.js";
import { el } from "./dom.js";
import { chosen, onState } from "./store.js";
import { district, labelled, named, onLanguage, t, worded } from "./words.js";

/** Return cameras by the kind of place and by the district, each group's neighbours side by side. */
export function groupsOf(city) {
  const uses = city.land_use_names.map(() => []), districts = city.district_names.map(() => []);
  for (let camera = 0; camera < city.n; camera++) {
    if (city.land_use[camera] < 0) continue;
    uses[city.land_use[camera]].push(camera);
    districts[city.district[camera]].push(camera);
  }
  const sorted = (cameras, by) => cameras.sort((one, other) => by[one] - by[other] || one - other);
  const filled = (group) => group.cameras.length > 0;
  return {
    uses: uses.map((cameras, index) => ({ key: `use-${index}`, cameras: sorted(cameras, city.district),
      told: () => named("land-use", city.land_use_names[index]) })).filter(filled),
    districts: districts.map((cameras, index) => ({ key: `district-${index}`, cameras: sorted(cameras, city.land_use),
      told: () => district(city.district_names[index]) })).filter(filled),
  };
}

export class Walls {
  constructor(wall) {
    this.wall = wall;
    this.groups = { uses: [], districts: [] };
    this.toured = null;
    this.select = labelled(el("select", { class: "walls", onchange: () => this.choose() }), "walls");
    this.button = worded(el("button", { type: "button", class: "small", "aria-pressed": "false",
      onclick: () => this.tour() }), "tour");
    onLanguage(() => this.list());
    onState(["briefing"], () => this.list());
  }

  setCity(city) {
    this.city = city;
    this.groups = groupsOf(city);
    this.list();
  }

  list() {
    const option = (value, text) => el("option", { value }, text);
    const part = (key, every, groups) => (groups.length ? el("optgroup", { label: t(key) },
      option(every, t(every)), groups.map((group) => option(group.key,
        t("walls.of", { name: group.told(), n: group.cameras.length })))) : null);
    const saved = Object.keys(chosen("walls", {})).map((name) => option(`=${name}`, name));
    const before = this.select.value;
    this.select.replaceChildren(option("", t("walls")), ...[part("walls.uses", "walls.every-use", this.groups.uses),
      part("walls.districts", "walls.every-district", this.groups.districts),
      el("optgroup", { label: t("walls.saved") }, ...saved, option("+", t("walls.save")))].filter(Boolean));
    this.select.value = before;
    if (this.select.selectedIndex < 0) this.select.value = "";
  }

  async choose() {
    const { value } = this.select;
    const { uses, districts } = this.groups;
    const every = { "walls.every-use": uses, "walls.every-district": districts }[value];
    const group = [...uses, ...districts].find(({ key }) => key === value);
    if (every || group) {
      this.toured = every ?? [group];
      if (every) this.start();
      else {
        this.stop();
        this.wall.showGroup(group.cameras);
      }
      return;
    }
    this.select.value = "";
    if (value.startsWith("=")) this.wall.recall(value.slice(1));
    else if (value === "+") {
      const answer = await askName(t("walls.save"));
      if (answer) this.wall.save(answer.name);
      this.list();
    }
  }

  /** Tour what was chosen, else the kind of place of the camera that is looked at; again to stop. */
  tour() {
    if (this.wall.isTouring) {
      this.stop();
      return;
    }
    const use = landUseOf(this.city, this.wall.selected.camera ?? 0);
    if (!this.select.value) this.toured = this.groups.uses.filter(({ told }) => told() === named("land-use", use));
    this.start();
  }

  start() {
    this.wall.startTour(this.toured ?? this.groups.uses);
    this.button.setAttribute("aria-pressed", String(this.wall.isTouring));
  }

  stop() {
    this.wall.stopTour();
    this.button.setAttribute("aria-pressed", "false");
  }
}
