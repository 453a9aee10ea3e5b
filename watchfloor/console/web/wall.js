// The wall: a grid of tiles, one of which may be the spot view; its layout, saved layouts and the tour of cameras.

import { el, say } from "./dom.js";
import { chosen, choose, onSelection, onState, select, selection, state } from "./store.js";
import { Tile } from "./tile.js";
import { t, onLanguage } from "./words.js";
import { Zoom } from "./zoom.js";

export const LAYOUTS = [1, 4, 9, 16];
const MEDIUM_FROM_PX = 420, LARGE_FROM_PX = 860, TOUR_EVERY_MS = 10000, REDRAW_EVERY_MS = 250;

export class Wall {
  constructor(link) {
    this.link = link;
    this.zoom = new Zoom((action) => link().act(action));
    this.tiles = [];
    this.shown = 9;
    this.spot = null;
    this.tourTimer = null;
    this.filled = 16;
    this.placeOf = () => "";
    this.element = el("div", { class: "wall", role: "region" });
    for (let index = 0; index < 16; index++) this.tiles.push(this.make(index));
    this.element.append(...this.tiles.map((tile) => tile.element));
    this.layOut(chosen("layout", 9));
    onState(["tiles", "phase", "truth", "past"], () => this.update());
    onSelection(() => this.mark());
    onLanguage(() => { this.element.setAttribute("aria-label", t("wall")); this.update(); });
    new ResizeObserver(() => this.tellServer()).observe(this.element);
    setInterval(() => this.redraw(), REDRAW_EVERY_MS);
    this.mark();
  }

  make(index) {
    const tile = new Tile(index);
    this.zoom.attach(tile, () => true);
    tile.element.addEventListener("focus", () => select("tile", index));
    tile.element.addEventListener("dblclick", () => this.toggleSpot(index));
    return tile;
  }

  /** Take in the state's tiles; the server may know more of them than the wall shows. */
  update() {
    for (const told of state.tiles) this.tiles[told.tile]?.describe(told, this.placeOf(told.camera_id));
    const truth = new Set((state.truth ?? []).map((incident) => incident.camera_id));
    for (const tile of this.tiles) tile.element.classList.toggle("truth", truth.has(tile.camera));
    this.tellServer();
    this.redraw();
  }

  layOut(n) {
    this.shown = LAYOUTS.includes(n) ? n : 9;
    this.filled = this.tiles.length;
    choose("layout", this.shown);
    if (this.spot !== null && this.spot >= this.shown) this.spot = null;
    if (selection.tile >= this.shown) select("tile", 0);
    this.arrange();
  }

  arrange() {
    const side = Math.sqrt(this.shown);
    this.element.dataset.side = this.spot === null ? side : "spot";
    let left = this.spot === null ? this.shown : 7;
    this.tiles.forEach((tile, index) => {
      const isSpot = index === this.spot;
      const isIn = isSpot || (index < Math.min(this.shown, this.filled) && left-- > 0);
      tile.element.hidden = !isIn;
      tile.element.classList.toggle("spot", isSpot);
    });
    this.tellServer();
  }

  toggleSpot(index) {
    this.spot = this.spot === index ? null : index;
    this.arrange();
    this.focus(index);
  }

  /** Show a camera where the eye is: in the spot view, or the selected tile. */
  showCamera(camera_id, { asSpot = true } = {}) {
    const there = this.tiles.find((tile) => tile.camera === camera_id && !tile.element.hidden);
    const index = there?.index ?? this.spot ?? selection.tile;
    if (!there) this.link().act({ do: "show", tile: index, camera_id });
    if (asSpot && this.spot !== index) this.toggleSpot(index);
    select("tile", index);
  }

  /** Tell the server which cameras are seen, and how large. */
  tellServer() {
    const tiles = this.tiles.filter((tile) => !tile.element.hidden && tile.camera !== null).map((tile) => {
      const width = tile.element.clientWidth * devicePixelRatio;
      return { tile: tile.index, camera_id: tile.camera,
        size: width >= LARGE_FROM_PX ? "large" : width >= MEDIUM_FROM_PX ? "medium" : "small" };
    });
    const text = JSON.stringify(tiles);
    if (text === this.told || !this.link()) return;
    this.told = text;
    this.link().show(tiles);
  }

  async take(frame) {
    const tile = this.tiles[frame.tile];
    await tile?.take(frame);
    this.link().seen(frame.tile, frame.sequence);
    document.dispatchEvent(new CustomEvent("picture", { detail: { tile: frame.tile, camera_id: frame.camera_id,
      age_s: Date.now() / 1000 - frame.wall_s } }));
  }

  /** Show nothing until the next pictures come, which are of another time. */
  blank() {
    for (const tile of this.tiles) tile.blank();
  }

  redraw() {
    const isPast = typeof state.past?.at_s === "number";
    this.element.dataset.past = String(isPast);
    for (const tile of this.tiles) {
      if (!tile.element.hidden) tile.redraw(state.phase === "running", this.zoom.note(tile), isPast);
    }
  }

  focus(index) {
    const tile = this.tiles[index];
    if (tile.element.hidden) return;
    select("tile", index);
    tile.element.focus();
  }

  /** Move the focus by columns and rows. */
  step(right, down) {
    const side = Math.sqrt(this.shown);
    const next = selection.tile + right + down * side;
    if (next >= 0 && next < this.shown) this.focus(next);
  }

  get selected() {
    return this.tiles[selection.tile];
  }

  mark() {
    for (const tile of this.tiles) {
      tile.element.classList.toggle("selected", tile.index === selection.tile);
      tile.element.tabIndex = tile.index === selection.tile ? 0 : -1;
    }
  }

  get isTouring() {
    return this.tourTimer !== null;
  }

  /** Show page after page of cameras, ten seconds each, no page of two groups; ``groups`` is [{cameras, told}]. */
  startTour(groups) {
    clearInterval(this.tourTimer);
    let group = 0, from = 0;
    const turn = () => {
      const { cameras, told } = groups[group];
      this.showGroup(cameras.slice(from, from + this.shown));
      say(t("tour.on", { group: told() }));
      from += this.shown;
      if (from >= cameras.length) [group, from] = [(group + 1) % groups.length, 0];
    };
    this.tourTimer = groups.length ? setInterval(turn, TOUR_EVERY_MS) : null;
    if (groups.length) turn();
  }

  stopTour() {
    if (!this.isTouring) return;
    clearInterval(this.tourTimer);
    this.tourTimer = null;
    say(t("tour.off"));
  }

  /** Show these cameras and no others, as many as the layout holds. */
  showGroup(cameras) {
    this.spot = null;
    this.fill(cameras.slice(0, this.shown));
    this.filled = Math.min(cameras.length, this.shown);
    if (selection.tile >= this.filled) select("tile", 0);
    this.arrange();
  }

  /** Show cameras on the first tiles. */
  fill(cameras) {
    this.filled = this.tiles.length;
    this.arrange();
    cameras.forEach((camera_id, tile) => {
      if (camera_id !== this.tiles[tile].camera) this.link().act({ do: "show", tile, camera_id });
    });
  }

  /** Keep which cameras the wall shows under a name, for this machine. */
  save(name) {
    const saved = chosen("walls", {});
    saved[name] = { shown: this.shown, cameras: this.tiles.slice(0, this.shown).map((tile) => tile.camera) };
    choose("walls", saved);
  }

  recall(name) {
    const saved = chosen("walls", {})[name];
    if (!saved) return;
    this.spot = null;
    this.layOut(saved.shown);
    this.fill(saved.cameras.filter((camera_id) => camera_id !== null));
  }
}
