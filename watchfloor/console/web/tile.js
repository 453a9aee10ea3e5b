// One tile: draws the latest picture, says whose it is, how old and in what state, and shows a part of it closer.

import { el, setAttribute, setText } from "./dom.js";
import { district, number, t } from "./words.js";

const STALE_S = 2.5;

export class Tile {
  constructor(index) {
    this.index = index;
    this.camera = null;
    this.crop = { u: 0.5, v: 0.5, share: 1 };
    this.picture = null;
    this.frame = null;
    this.canvas = el("canvas", { width: 320, height: 180, "aria-hidden": "true" });
    this.name = el("span", { class: "tile-name" });
    this.closer = el("span", { class: "tile-closer" });
    this.age = el("span", { class: "tile-age" });
    this.chip = el("span", { class: "chip" });
    this.box = el("div", { class: "drag-box", hidden: true });
    this.word = el("div", { class: "tile-word", "aria-hidden": "true", hidden: true });
    this.pad = el("div", { class: "pad" });
    this.element = el("div", { class: "tile", role: "group", tabindex: "-1", "data-tile": index },
      el("div", { class: "tile-top" }, el("span", { class: "tile-number" }, String(index + 1)), this.name, this.closer,
        this.chip, this.age), el("div", { class: "tile-picture" }, this.canvas, this.word, this.box,
        this.pad));
  }

  /** Take in what the state says of this tile. */
  describe(tile, place = "") {
    if (this.camera !== tile.camera_id) {
      this.crop = { u: 0.5, v: 0.5, share: 1 };
      this.blank();
    }
    this.camera = tile.camera_id;
    this.told = tile;
    this.place = place || (tile.label === String(tile.camera_id) ? "" : tile.label);
    this.redraw();
  }

  /** Show nothing until the next picture comes. */
  blank() {
    this.frame = null;
    this.canvas.getContext("2d", { alpha: false }).clearRect(0, 0, this.canvas.width, this.canvas.height);
  }

  /** Draw a picture; resolves once it is on the canvas. */
  async take(frame) {
    if (frame.camera_id !== this.camera) return;
    const picture = await createImageBitmap(new Blob([frame.jpeg], { type: "image/jpeg" }));
    if (frame.camera_id !== this.camera) return;
    this.picture?.close();
    this.picture = picture;
    this.frame = frame;
    this.came_ms = performance.now();
    this.paint();
  }

  paint() {
    const { picture, canvas, crop } = this;
    if (!picture) return;
    if (canvas.width !== picture.width || canvas.height !== picture.height) {
      canvas.width = picture.width;
      canvas.height = picture.height;
    }
    const width = picture.width * crop.share, height = picture.height * crop.share;
    const left = Math.min(picture.width - width, Math.max(0, crop.u * picture.width - width / 2));
    const top = Math.min(picture.height - height, Math.max(0, crop.v * picture.height - height / 2));
    canvas.getContext("2d", { alpha: false }).drawImage(picture, left, top, width, height, 0, 0, canvas.width, canvas.height);
  }

  /** Return one of connecting, live, stale, offline, masked, past. */
  shownState(isRunning, isPast = false) {
    if (!this.told) return "connecting";
    if (isPast) return !this.frame ? "connecting" : this.frame.state === "offline" ? "offline" : "past";
    if (this.told.state !== "live") return this.told.state;
    if (!this.frame) return "connecting";
    const since_s = (performance.now() - this.came_ms) / 1000;
    if (this.frame.state !== "live") return this.frame.state;
    return isRunning && since_s > STALE_S ? "stale" : "live";
  }

  /** Return how old the picture is that is seen, in seconds; null where there is none. */
  age_s() {
    return this.frame ? Math.max(0, Date.now() / 1000 - this.frame.wall_s) : null;
  }

  redraw(isRunning = true, closer = 1, isPast = false) {
    if (!this.told) return;
    const state = this.shownState(isRunning, isPast), age_s = isPast ? null : this.age_s();
    setText(this.name, `${t("camera.short")} ${this.camera} · ${district(this.place)}`);
    setText(this.chip, t(`tile.${state}`));
    setText(this.word, t(`tile.${state}`));
    this.word.hidden = ["live", "stale", "past"].includes(state) || (state === "masked" && this.frame !== null);
    setAttribute(this.chip, "data-state", state);
    setText(this.age, !isRunning || age_s === null ? "" : `${number(Math.min(age_s, 99), 1)} ${t("unit.s")}`);
    const times = closer / this.crop.share;
    setText(this.closer, times > 1.04 ? `×${number(times, times < 10 ? 1 : 0)}` : this.told.can_zoom ? t("tile.ptz") : "");
    const label = `${t("tile.label", { n: this.index + 1, camera: this.camera })}, ${t(`tile.${state}`)}`;
    setAttribute(this.element, "aria-label", label);
  }
}
