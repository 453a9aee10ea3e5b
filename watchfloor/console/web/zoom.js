// Zoom by wheel, drag-box, keys and buttons: a camera that can turn is sent there; of any other a part is shown closer.

import { el } from "./dom.js";
import { clamp, magnification, viewOf, viewTowards } from "./optics.js";
import { labelled } from "./words.js";

const STEP = 1.35, SEND_EVERY_MS = 120, MIN_BOX = 0.03, NARROWEST_CROP = 0.08;
const RANGE = [2, 65];

export class Zoom {
  constructor(act) {
    this.act = act;
    this.aims = new Map();
    this.homes = new Map();
    this.timers = new Map();
  }

  /** Make a tile answer wheel, drag and the buttons of its pad. */
  attach(tile, isAllowed) {
    const { element } = tile;
    element.addEventListener("wheel", (event) => {
      if (!isAllowed()) return;
      event.preventDefault();
      this.closer(tile, event.deltaY < 0 ? 1 / STEP : STEP, place(tile, event));
    }, { passive: false });
    this.attachDrag(tile, isAllowed);
    const button = (text, key, work) => labelled(el("button", { type: "button", class: "pad-button", tabindex: "-1",
      onclick: (event) => { event.stopPropagation(); work(); } }, text), key);
    tile.pad.append(
      button("+", "zoom.in", () => this.closer(tile, 1 / STEP)), button("−", "zoom.out", () => this.closer(tile, STEP)),
      button("◀", "zoom.left", () => this.turn(tile, -1, 0)), button("▲", "zoom.up", () => this.turn(tile, 0, -1)),
      button("▼", "zoom.down", () => this.turn(tile, 0, 1)), button("▶", "zoom.right", () => this.turn(tile, 1, 0)),
      button("⌂", "zoom.home", () => this.home(tile)));
  }

  attachDrag(tile, isAllowed) {
    let from = null;
    tile.element.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || !isAllowed() || event.target.closest("button")) return;
      from = place(tile, event);
      tile.element.setPointerCapture(event.pointerId);
    });
    tile.element.addEventListener("pointermove", (event) => {
      if (!from) return;
      const box = boxOf(from, place(tile, event));
      tile.box.hidden = box.width < MIN_BOX;
      Object.assign(tile.box.style, { left: `${box.left * 100}%`, top: `${box.top * 100}%`,
        width: `${box.width * 100}%`, height: `${box.height * 100}%` });
    });
    const end = (event) => {
      if (!from) return;
      const box = boxOf(from, place(tile, event));
      from = null;
      tile.box.hidden = true;
      if (box.width >= MIN_BOX && box.height >= MIN_BOX / 2) this.frame(tile, box);
    };
    tile.element.addEventListener("pointerup", end);
    tile.element.addEventListener("pointercancel", () => { from = null; tile.box.hidden = true; });
  }

  /** Show a box of the picture as large as it fits. */
  frame(tile, { left, top, width, height }) {
    const part = { u: left + width / 2, v: top + height / 2, share: Math.max(width, height) };
    if (tile.told?.can_zoom) this.send(tile, viewOf(this.aim(tile), part, aspect(tile), range(tile)));
    else {
      const { crop } = tile;
      const share = clamp(crop.share * part.share, NARROWEST_CROP, 1);
      const u = crop.u + (part.u - 0.5) * crop.share, v = crop.v + (part.v - 0.5) * crop.share;
      setCrop(tile, u, v, share);
    }
  }

  /** Zoom by a factor under 1 closer, towards a place of the picture. */
  closer(tile, factor, at = { u: 0.5, v: 0.5 }) {
    if (tile.told?.can_zoom) this.send(tile, viewTowards(this.aim(tile), at, factor, aspect(tile), range(tile)));
    else {
      const { crop } = tile;
      const share = clamp(crop.share * factor, NARROWEST_CROP, 1), real = share / crop.share;
      const u = crop.u + (at.u - 0.5) * crop.share * (1 - real), v = crop.v + (at.v - 0.5) * crop.share * (1 - real);
      setCrop(tile, u, v, share);
    }
  }

  /** Turn by a sixth of the picture. */
  turn(tile, right, down) {
    if (tile.told?.can_zoom) {
      const part = { u: 0.5 + right / 6, v: 0.5 + down / 6, share: 1 };
      this.send(tile, viewOf(this.aim(tile), part, aspect(tile), range(tile)));
    } else {
      const { crop } = tile;
      setCrop(tile, crop.u + (right / 6) * crop.share, crop.v + (down / 6) * crop.share, crop.share);
    }
  }

  home(tile) {
    const home = this.homes.get(tile.camera);
    if (tile.told?.can_zoom && home) this.send(tile, home);
    else setCrop(tile, 0.5, 0.5, 1);
  }

  /** Remember the first view that a camera is seen with, and return how many times closer it looks now. */
  note(tile) {
    const view = tile.told?.view;
    if (!view) return 1;
    const told = tile.told.home;
    if (told || !this.homes.has(tile.camera)) this.homes.set(tile.camera, told ?? { ...view });
    return magnification(this.homes.get(tile.camera).hfov_deg, view.hfov_deg);
  }

  /** Return where the camera looks or, while it is being sent, will look. */
  aim(tile) {
    return this.aims.get(tile.camera) ?? tile.told.view;
  }

  /** Send a camera to a view; while many come, the latest, a few times a second. */
  send(tile, view) {
    const camera = tile.camera;
    this.aims.set(camera, view);
    if (this.timers.has(camera)) return;
    const go = () => {
      const aim = this.aims.get(camera);
      this.timers.set(camera, setTimeout(() => {
        this.timers.delete(camera);
        if (this.aims.get(camera) === aim) setTimeout(() => this.settle(camera, aim), 1500);
        else go();
      }, SEND_EVERY_MS));
      this.act({ do: "zoom", camera_id: camera, ...aim });
    };
    go();
  }

  settle(camera, aim) {
    if (this.aims.get(camera) === aim) this.aims.delete(camera);
  }
}

const range = (tile) => tile.told.hfov_range_deg ?? RANGE;
const aspect = (tile) => tile.canvas.width / tile.canvas.height;

function setCrop(tile, u, v, share) {
  const half = share / 2;
  tile.crop = { u: clamp(u, half, 1 - half), v: clamp(v, half, 1 - half), share };
  tile.paint();
}

function place(tile, event) {
  const area = tile.canvas.getBoundingClientRect();
  return { u: clamp((event.clientX - area.left) / area.width, 0, 1),
    v: clamp((event.clientY - area.top) / area.height, 0, 1) };
}

function boxOf(from, to) {
  return { left: Math.min(from.u, to.u), top: Math.min(from.v, to.v), width: Math.abs(from.u - to.u),
    height: Math.abs(from.v - to.v) };
}
