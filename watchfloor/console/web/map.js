// The map: a still layer of roads and cameras, drawn when the view rests, and what moves drawn over it in each frame.

import { clamp } from "./optics.js";
import { nearest } from "./city.js";
import { el, setText } from "./dom.js";
import { onSelection, onState, selection, state } from "./store.js";
import { district, labelled, t, onLanguage } from "./words.js";

const REST_MS = 90, CONES_FROM_PX_PER_M = 0.22, NAMES_FROM_PX_PER_M = 0.03, MAX_PX_PER_M = 4;

export class CityMap {
  constructor({ onCamera, onCall }) {
    this.on = { onCamera, onCall };
    this.canvas = labelled(el("canvas", { class: "map-canvas", tabindex: "0", role: "img" }), "map.label");
    this.hint = el("div", { class: "map-hint" });
    const button = (text, key, work) => labelled(el("button", { type: "button", class: "pad-button",
      onclick: work }, text), key);
    this.element = el("div", { class: "map" }, this.canvas, this.hint, el("div", { class: "map-pad" },
      button("+", "map.in", () => this.scaleBy(1.5)), button("−", "map.out", () => this.scaleBy(1 / 1.5)),
      button("⌂", "map.all", () => this.fit())));
    this.layer = document.createElement("canvas");
    this.colours = {};
    this.frames = 0;
    onState(["units", "calls", "tiles", "alerts"], () => this.ask());
    onSelection(() => this.ask());
    onLanguage(() => this.restLater());
    new ResizeObserver(() => this.resize()).observe(this.element);
    this.listen();
  }

  setCity(city) {
    this.city = city;
    this.fit();
  }

  /** Take the theme's colours anew. */
  recolour() {
    const style = getComputedStyle(document.documentElement);
    for (const name of ["map", "road", "river", "camera", "ptz", "cone", "shown", "unit", "busy", "case", "ink", "muted"]) {
      this.colours[name] = style.getPropertyValue(`--map-${name}`).trim();
    }
    this.restLater();
  }

  fit() {
    if (!this.city) return;
    const { west, east, south, north } = this.city.box;
    const { width, height } = this.canvas;
    this.view = { x: (west + east) / 2, y: (south + north) / 2,
      scale: 0.94 * Math.min(width / Math.max(1, east - west), height / Math.max(1, north - south)) };
    this.least = this.view.scale * 0.7;
    this.restLater(0);
  }

  resize() {
    const { clientWidth, clientHeight } = this.element;
    this.canvas.width = Math.max(1, clientWidth * devicePixelRatio);
    this.canvas.height = Math.max(1, clientHeight * devicePixelRatio);
    this.recolour();
    this.fit();
  }

  listen() {
    let from = null, moved = 0;
    this.canvas.addEventListener("pointerdown", (event) => {
      from = { x: event.clientX, y: event.clientY };
      moved = 0;
      this.canvas.setPointerCapture(event.pointerId);
    });
    this.canvas.addEventListener("pointermove", (event) => {
      if (!from) return;
      this.moveBy(event.clientX - from.x, event.clientY - from.y);
      moved += Math.abs(event.clientX - from.x) + Math.abs(event.clientY - from.y);
      from = { x: event.clientX, y: event.clientY };
    });
    this.canvas.addEventListener("pointerup", (event) => {
      from = null;
      if (moved < 5) this.click(event);
    });
    this.canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.scaleBy(event.deltaY < 0 ? 1.25 : 0.8, this.placeOf(event));
    }, { passive: false });
    this.canvas.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] }[event.key];
      if (step) this.moveBy(...step);
      else if (event.key === "+" || event.key === "=") this.scaleBy(1.5);
      else if (event.key === "-") this.scaleBy(1 / 1.5);
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
  }

  moveBy(dx, dy) {
    if (!this.view) return;
    this.view.x -= (dx * devicePixelRatio) / this.view.scale;
    this.view.y += (dy * devicePixelRatio) / this.view.scale;
    this.restLater();
  }

  scaleBy(factor, about = { x: this.view?.x, y: this.view?.y }) {
    if (!this.view) return;
    const scale = clamp(this.view.scale * factor, this.least, MAX_PX_PER_M * devicePixelRatio);
    const real = scale / this.view.scale;
    this.view = { scale, x: about.x + (this.view.x - about.x) / real, y: about.y + (this.view.y - about.y) / real };
    this.restLater();
  }

  /** Bring a place to the middle, close enough to see what looks at it. */
  goTo(x, y) {
    if (!this.view) return;
    this.view = { x, y, scale: Math.max(this.view.scale, 0.35 * devicePixelRatio) };
    this.restLater(0);
  }

  placeOf(event) {
    const area = this.canvas.getBoundingClientRect();
    const px = (event.clientX - area.left) * devicePixelRatio, py = (event.clientY - area.top) * devicePixelRatio;
    return { x: this.view.x + (px - this.canvas.width / 2) / this.view.scale,
      y: this.view.y - (py - this.canvas.height / 2) / this.view.scale };
  }

  click(event) {
    const { x, y } = this.placeOf(event);
    const reach_m = (14 * devicePixelRatio) / this.view.scale;
    const call = state.calls.find((one) => one.state !== "cleared" && Math.hypot(one.x_m - x, one.y_m - y) < reach_m);
    if (call) return this.on.onCall(call);
    const [first] = nearest(this.city, x, y, 1);
    if (first && first.away_m < Math.max(reach_m, 5)) this.on.onCamera(first.camera);
    return undefined;
  }

  /** Draw the still layer once the view has rested; until then the old one is moved and stretched. */
  restLater(after_ms = REST_MS) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { this.drawLayer(); this.ask(); }, after_ms);
    this.ask();
  }

  ask() {
    if (this.asked || !this.view) return;
    this.asked = true;
    requestAnimationFrame(() => { this.asked = false; this.draw(); });
  }

  drawLayer() {
    if (!this.view || !this.canvas.width) return;
    const { width, height } = this.canvas, { x, y, scale } = this.view;
    Object.assign(this.layer, { width, height });
    this.layerView = { ...this.view };
    const context = this.layer.getContext("2d", { alpha: false });
    context.fillStyle = this.colours.map;
    context.fillRect(0, 0, width, height);
    context.setTransform(scale, 0, 0, -scale, width / 2 - x * scale, height / 2 + y * scale);
    this.drawRoads(context);
    context.setTransform(1, 0, 0, 1, 0, 0);
    this.drawCameras(context);
    this.drawNames(context);
  }

  drawRoads(context) {
    const { road_xyxy_m: road, river_xy_m: river } = this.city, { scale } = this.view;
    if (river.length >= 4) {
      context.strokeStyle = this.colours.river;
      context.lineWidth = Math.max(40, 3 / scale);
      context.beginPath();
      for (let i = 0; i < river.length; i += 2) context.lineTo(river[i], river[i + 1]);
      context.stroke();
    }
    this.roads ??= pathOf(road);
    context.strokeStyle = this.colours.road;
    context.lineWidth = Math.max(7, 0.8 / scale);
    context.stroke(this.roads);
  }

  drawCameras(context) {
    const { x_m, y_m, kind, n } = this.city, { x, y, scale } = this.view, { width, height } = this.canvas;
    const withCones = scale / devicePixelRatio >= CONES_FROM_PX_PER_M;
    const size = clamp(scale * 9, n > 5000 ? 1 : 2.5 * devicePixelRatio, 5 * devicePixelRatio), left = width / 2 - x * scale, top = height / 2 + y * scale;
    if (withCones) this.drawCones(context, left, top);
    for (const [wanted, colour] of [[0, this.colours.camera], [1, this.colours.ptz]]) {
      context.fillStyle = colour;
      for (let i = 0; i < n; i++) {
        if (kind[i] !== wanted) continue;
        const px = left + x_m[i] * scale, py = top - y_m[i] * scale;
        if (px >= 0 && py >= 0 && px < width && py < height) context.fillRect(px - size / 2, py - size / 2, size, size);
      }
    }
  }

  drawCones(context, left, top) {
    const { x_m, y_m, heading_deg, hfov_deg, range_m, n } = this.city, { scale } = this.view;
    const { width, height } = this.canvas, rad = Math.PI / 180;
    context.fillStyle = this.colours.cone;
    for (let i = 0; i < n; i++) {
      const px = left + x_m[i] * scale, py = top - y_m[i] * scale, reach = range_m[i] * scale;
      if (px < -reach || py < -reach || px > width + reach || py > height + reach) continue;
      const from = -(heading_deg[i] + hfov_deg[i] / 2) * rad, to = -(heading_deg[i] - hfov_deg[i] / 2) * rad;
      context.beginPath();
      context.moveTo(px, py);
      context.arc(px, py, reach, from, to);
      context.fill();
    }
  }

  drawNames(context) {
    const { district_xy_m: at, district_names: names } = this.city, { x, y, scale } = this.view;
    if (scale / devicePixelRatio < NAMES_FROM_PX_PER_M && names.length > 12) return;
    context.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
    context.fillStyle = this.colours.muted;
    context.textAlign = "center";
    names.forEach((name, i) => {
      if (Number.isNaN(at[2 * i])) return;
      context.fillText(district(name), this.layer.width / 2 + (at[2 * i] - x) * scale,
        this.layer.height / 2 - (at[2 * i + 1] - y) * scale);
    });
  }

  draw() {
    const context = this.canvas.getContext("2d", { alpha: false });
    const { width, height } = this.canvas;
    context.fillStyle = this.colours.map;
    context.fillRect(0, 0, width, height);
    if (this.layerView) {
      const stretch = this.view.scale / this.layerView.scale;
      const left = width / 2 + (this.layerView.x - this.view.x) * this.view.scale - (width / 2) * stretch;
      const top = height / 2 - (this.layerView.y - this.view.y) * this.view.scale - (height / 2) * stretch;
      context.drawImage(this.layer, left, top, width * stretch, height * stretch);
    }
    this.drawMoving(context);
    this.frames += 1;
  }

  drawMoving(context) {
    const { width, height } = this.canvas, { x, y, scale } = this.view, ratio = devicePixelRatio;
    const at = (x_m, y_m) => [width / 2 + (x_m - x) * scale, height / 2 - (y_m - y) * scale];
    context.lineWidth = 2 * ratio;
    context.strokeStyle = this.colours.shown;
    for (const tile of state.tiles) {
      const [px, py] = at(this.city.x_m[tile.camera_id], this.city.y_m[tile.camera_id]);
      const half = (tile.tile === selection.tile ? 7 : 4) * ratio;
      context.strokeRect(px - half, py - half, 2 * half, 2 * half);
    }
    for (const call of state.calls) {
      if (call.state !== "cleared") ring(context, at(call.x_m, call.y_m), this.colours.case, ratio,
        call.call_id === selection.call);
    }
    context.font = `600 ${10 * ratio}px system-ui, sans-serif`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    for (const unit of [...state.units].sort((one, other) => isAway(other) - isAway(one))) {
      this.drawUnit(context, unit, at(unit.x_m, unit.y_m), ratio);
    }
    this.tellScale(scale / ratio);
  }

  /** Draw a unit by its state: free, at work, on scene with a ring, or hollow where it cannot be sent. */
  drawUnit(context, unit, [px, py], ratio) {
    const colour = isAway(unit) ? this.colours.muted : unit.call_id === null ? this.colours.unit : this.colours.busy;
    context.beginPath();
    context.arc(px, py, 8 * ratio, 0, 2 * Math.PI);
    context.fillStyle = isAway(unit) ? this.colours.map : colour;
    context.strokeStyle = isAway(unit) ? colour : this.colours.map;
    context.lineWidth = 1.5 * ratio;
    context.fill();
    context.stroke();
    context.fillStyle = isAway(unit) ? colour : this.colours.map;
    context.fillText(String(unit.unit_id), px, py + 0.5 * ratio);
    if (unit.state !== "on_scene") return;
    context.strokeStyle = colour;
    context.beginPath();
    context.arc(px, py, 11.5 * ratio, 0, 2 * Math.PI);
    context.stroke();
  }

  /** Write a bar's length in round metres beneath it. */
  tellScale(px_per_m) {
    const most_m = 110 / px_per_m, power = 10 ** Math.floor(Math.log10(most_m));
    const m = [5, 2, 1].map((step) => step * power).find((step) => step <= most_m);
    setText(this.hint, m >= 1000 ? t("map.scale-km", { km: m / 1000 }) : t("map.scale", { m }));
    this.hint.style.width = `${Math.round(m * px_per_m)}px`;
  }
}

/** Say whether a unit cannot be sent at all. */
const isAway = (unit) => ["off_duty", "out_of_service"].includes(unit.state);

function pathOf(road) {
  const path = new Path2D();
  for (let i = 0; i < road.length; i += 4) {
    path.moveTo(road[i], road[i + 1]);
    path.lineTo(road[i + 2], road[i + 3]);
  }
  return path;
}

function ring(context, [px, py], colour, ratio, isSelected) {
  context.strokeStyle = colour;
  context.lineWidth = (isSelected ? 3 : 2) * ratio;
  context.beginPath();
  context.arc(px, py, (isSelected ? 13 : 9) * ratio, 0, 2 * Math.PI);
  context.moveTo(px - 4 * ratio, py);
  context.lineTo(px + 4 * ratio, py);
  context.moveTo(px, py - 4 * ratio);
  context.lineTo(px, py + 4 * ratio);
  context.stroke();
}
