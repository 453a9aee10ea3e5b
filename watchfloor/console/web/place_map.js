// The author's map: a click, or Enter at the cross in its middle, chooses a place, a camera or a target.

import { nearest } from "./city.js";
import { CityMap } from "./map.js";

const REACH_PX = 9;

export class PlaceMap extends CityMap {
  constructor({ onPlace, onCamera, onTarget }) {
    super({ onCamera, onCall: () => {} });
    Object.assign(this.on, { onPlace, onTarget });
    this.marks = { targets: [], selected: null, cameras: [] };
    this.canvas.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !this.view) return;
      event.preventDefault();
      event.stopPropagation();
      this.choose(this.view);
    });
    for (const name of ["focus", "blur"]) this.canvas.addEventListener(name, () => this.ask());
  }

  /** Show targets as numbered rings, and the wall's cameras as squares. */
  mark(marks) {
    this.marks = marks;
    this.ask();
  }

  click(event) {
    this.choose(this.placeOf(event));
  }

  choose({ x, y }) {
    const reach_m = (REACH_PX * devicePixelRatio) / this.view.scale;
    const target = this.marks.targets.findIndex((one) => one && Math.hypot(one.x_m - x, one.y_m - y) < reach_m);
    if (target >= 0) return this.on.onTarget(target);
    const [first] = nearest(this.city, x, y, 1);
    if (first && first.away_m < reach_m) return this.on.onCamera(first.camera);
    return this.on.onPlace(x, y);
  }

  drawMoving(context) {
    const { width, height } = this.canvas, { x, y, scale } = this.view, ratio = devicePixelRatio;
    const at = (x_m, y_m) => [width / 2 + (x_m - x) * scale, height / 2 - (y_m - y) * scale];
    context.lineWidth = 2 * ratio;
    context.strokeStyle = this.colours.shown;
    for (const camera of this.marks.cameras) {
      const [px, py] = at(this.city.x_m[camera], this.city.y_m[camera]);
      context.strokeRect(px - 4 * ratio, py - 4 * ratio, 8 * ratio, 8 * ratio);
    }
    context.font = `600 ${11 * ratio}px system-ui, sans-serif`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    this.marks.targets.forEach((one, number) => one && this.drawTarget(context, at, one, number));
    if (document.activeElement === this.canvas) this.drawCross(context);
  }

  /** Draw a target, tied to the camera that shows it. */
  drawTarget(context, at, one, number) {
    const ratio = devicePixelRatio, [px, py] = at(one.x_m, one.y_m);
    const [cx, cy] = at(this.city.x_m[one.camera_id], this.city.y_m[one.camera_id]);
    context.strokeStyle = this.colours.case;
    context.lineWidth = ratio;
    context.beginPath();
    context.moveTo(cx, cy);
    context.lineTo(px, py);
    context.stroke();
    context.fillStyle = this.colours.case;
    context.beginPath();
    context.arc(px, py, (number === this.marks.selected ? 12 : 9) * ratio, 0, 2 * Math.PI);
    context.fill();
    context.fillStyle = this.colours.map;
    context.fillText(String(number + 1), px, py + 0.5 * ratio);
  }

  drawCross(context) {
    const { width, height } = this.canvas, half = 12 * devicePixelRatio;
    context.strokeStyle = this.colours.ink;
    context.lineWidth = devicePixelRatio;
    context.beginPath();
    context.moveTo(width / 2 - half, height / 2);
    context.lineTo(width / 2 + half, height / 2);
    context.moveTo(width / 2, height / 2 - half);
    context.lineTo(width / 2, height / 2 + half);
    context.stroke();
  }
}
