// A session's page: wall, queue, map, desk, radio and time, and what joins them.

import { AlertQueue, idOf } from "./alerts.js";
import { Bar } from "./bar.js";
import { landUseOf, loadCity, nearest } from "./city.js";
import { showDebrief } from "./debrief.js";
import { Desk } from "./desk.js";
import { ask, askBookmark, askCase, askIncident, askOutage, askSighting } from "./dialogs.js";
import { el, toast } from "./dom.js";
import { exportEvidence, keepEvidence, offerEvidence } from "./evidence.js";
import { listen, showKeys } from "./keys.js";
import { followJoystick } from "./joystick.js";
import { keepSession } from "./keep_session.js";
import { Link } from "./link.js";
import { CityMap } from "./map.js";
import { showPhases } from "./phases.js";
import { Radio } from "./radio.js";
import { chosen, select, selection, state, takeIn } from "./store.js";
import { Timeline } from "./timeline.js";
import { LAYOUTS, Wall } from "./wall.js";
import { Walls } from "./walls.js";
import { district, labelled, named, t, worded } from "./words.js";

const REPLAY = ["pause", "resume", "speed", "seek", "show", "zoom", "bookmark"];
const INSTRUCTOR = ["pause", "resume", "speed", "seek", "inject", "outage"];
const EITHER = ["begin", "finish", "radio", "note"];

/** What the server lets a seat do; it refuses the rest whatever is offered here. */
function allowedOf(mode, role) {
  if (mode === "replay") return (what) => REPLAY.includes(what);
  if (role === "viewer") return (what) => what === "show";
  if (role === "instructor") return (what) => INSTRUCTOR.includes(what) || EITHER.includes(what);
  return (what) => !INSTRUCTOR.includes(what);
}

export class SessionPage {
  constructor(app, about, session, seat) {
    Object.assign(this, { about, session, seat, isAllowed: allowedOf(session.mode, seat.role) });
    const parts = { act: (action) => this.act(action), isAllowed: this.isAllowed, codes: about.codes,
      onNear: (call) => this.lookAt(call),
      onEvidence: (clip) => offerEvidence(session.session_id, seat.seat_id, clip) };
    this.wall = new Wall(() => this.link);
    this.walls = new Walls(this.wall);
    this.queue = new AlertQueue({ onOpen: (alert) => this.wall.showCamera(alert.camera_id) });
    this.desk = new Desk(parts);
    this.voice = session.mode !== "replay" && this.isAllowed("radio") ? { seat: seat.seat_id,
      path: `/api/sessions/${encodeURIComponent(session.session_id)}/radio` } : null;
    this.radio = new Radio({ ...parts, voice: this.voice });
    this.timeline = new Timeline({ ...parts, onBookmark: () => this.bookmark(),
      onEvidence: session.has_evidence ? () => this.evidence() : null,
      onLook: (t_s, camera, isPaused) => this.lookBack(t_s, camera, isPaused) });
    this.map = new CityMap({ onCamera: (camera) => this.wall.showCamera(camera, { asSpot: false }),
      onCall: (call) => select("call", call.call_id) });
    this.bar = new Bar({ languages: about.languages, title: session.title, mode: session.mode, role: seat.role,
      tools: this.tools() });
    this.mapPanel = labelled(el("section", { class: "panel map-panel" }, this.map.element), "map");
    this.main = el("main", { class: "desk-page" }, this.wall.element, el("div", { class: "side" }, this.mapPanel,
      this.queueWithButtons(), this.desk.element), el("div", { class: "foot" }, this.timeline.element,
      this.radio.element));
    app.replaceChildren(this.bar.element, this.main);
    document.addEventListener("themechange", () => this.map.recolour());
    this.open();
  }

  async open() {
    const city = await loadCity(this.session.session_id);
    this.map.setCity(city);
    this.wall.placeOf = (camera) => this.placeOf(camera);
    this.walls.setCity(city);
    showPhases({ act: (action) => this.act(action), isAllowed: this.isAllowed, onDebrief: () => this.debrief() });
    await new Promise((haveState) => {
      this.link = new Link(this.session.session_id, this.seat.seat_id, {
        onState: (changed) => { takeIn(changed); haveState(); }, onFrame: (frame) => this.wall.take(frame),
        onConnection: (status) => this.bar.connected(status), onGone: () => location.assign("/"),
      });
    });
    listen(this.commands(), (tile) => this.wall.focus(tile));
    this.main.addEventListener("keydown", (event) => this.tileKey(event));
    followJoystick(this.wall);
    document.documentElement.dataset.ready = "true";
  }

  /** Show a call's place: on the map, and by the cameras nearest to it. */
  lookAt({ x_m, y_m }) {
    this.map.goTo(x_m, y_m);
    this.wall.fill(nearest(this.map.city, x_m, y_m, Math.min(4, this.wall.shown)).map(({ camera }) => camera));
  }

  /** Look back with all tiles, at one camera first if it is named; null is now. */
  lookBack(t_s, camera = null, isPaused = false) {
    this.wall.blank();
    this.link.look(t_s, isPaused);
    if (camera !== null) this.wall.showCamera(camera);
  }

  /** Return where a camera is, in words. */
  placeOf(camera) {
    const { district_names: names, district: of } = this.map.city, use = landUseOf(this.map.city, camera);
    return use === null ? "" : `${named("land-use", use)}, ${district(names[of[camera]] ?? "")}`;
  }

  /** Do something; what cannot be done is said. */
  async act(action) {
    const answer = await this.link.act(action);
    if (!answer.ok) toast(answer.error);
    return answer;
  }

  tools() {
    const button = (key, work) => worded(el("button", { type: "button", class: "small", onclick: work }), key);
    const layout = labelled(el("select", { onchange: () => this.wall.layOut(Number(layout.value)) },
      LAYOUTS.map((n) => el("option", { value: String(n) }, `${Math.sqrt(n)} × ${Math.sqrt(n)}`))), "layout");
    layout.value = String(chosen("layout", 9));
    return [layout, this.walls.select, this.walls.button,
      ...(this.isAllowed("inject") && this.session.mode !== "replay" ? [button("inject", () => this.inject()),
        button("outage", () => this.outage())] : []),
      ...(this.seat.role === "instructor" && this.session.mode === "train" ? [button("note", () => this.note()),
        button("author.keep-session", () => keepSession(this.session.session_id))] : []),
      ...(this.isAllowed("finish") && this.session.mode === "train" ? [button("finish", () => this.finish())] : []),
      button("debrief", () => this.debrief()), button("keys", () => showKeys())];
  }

  queueWithButtons() {
    const { element } = this.queue;
    const button = (key, work, tone = "") => worded(el("button", { type: "button", class: `small ${tone}`,
      onclick: work }), key);
    if (this.isAllowed("confirm")) {
      element.append(el("div", { class: "buttons" }, button("acknowledge", () => this.acknowledge()),
        button("confirm", () => this.confirm(), "good"), button("reject", () => this.reject(), "bad"),
        button("sighting", () => this.sighting())));
    }
    return element;
  }

  commands() {
    const only = (what, work) => () => (this.isAllowed(what) ? void work() : false);
    return {
      down: () => this.arrow(1), up: () => this.arrow(-1),
      acknowledge: only("acknowledge", () => this.acknowledge()), confirm: only("confirm", () => this.confirm()),
      reject: only("reject", () => this.reject()), dispatch: only("dispatch", () => this.desk.offer()),
      bookmark: only("bookmark", () => this.bookmark()), sighting: only("sighting", () => this.sighting()),
      evidence: () => (this.session.has_evidence ? this.evidence() : false),
      zoom: () => this.wall.toggleSpot(selection.tile), map: () => this.toggleMap(), radio: () => this.radio.focus(),
      pause: () => this.timeline.toggle(), help: () => showKeys(),
    };
  }

  arrow(by) {
    if (document.activeElement?.closest(".tile, .map, [type=range], .units")) return false;
    this.queue.step(by);
    return true;
  }

  /** Keys of a tile that has the focus: turn and zoom it in the spot view, else go from tile to tile. */
  tileKey(event) {
    if (!event.target.closest(".tile") || event.ctrlKey || event.altKey || event.metaKey) return;
    const { wall } = this, tile = wall.selected, isSpot = wall.spot === tile.index || event.shiftKey;
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (way && isSpot) wall.zoom.turn(tile, ...way);
    else if (way) wall.step(...way);
    else if (event.key === "+" || event.key === "=") wall.zoom.closer(tile, 1 / 1.35);
    else if (event.key === "-") wall.zoom.closer(tile, 1.35);
    else if (event.key === "Home") wall.zoom.home(tile);
    else if (event.key === "Enter" || (event.key === "Escape" && wall.spot !== null)) wall.toggleSpot(tile.index);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  acknowledge() {
    if (!this.queue.selected) this.queue.step(0);
    const alert = this.queue.selected;
    if (!alert) return;
    this.wall.showCamera(alert.camera_id);
    if (alert.alert_id !== null && alert.state === "waiting") this.act({ do: "acknowledge", alert_id: alert.alert_id });
  }

  async confirm() {
    const alert = this.queue.selected;
    if (!alert) return toast(t("alerts.choose"), "info");
    const form = await askCase(alert, this.session.kinds, this.about.codes, {
      place: this.placeOf(alert.camera_id), hasEvidence: this.session.has_evidence });
    if (!form) return undefined;
    const { kind, place, note, clip } = form;
    const answer = await this.act({ do: "confirm", ...idOf(alert), kind, place, note, clip: clip === "on" });
    if (answer.ok && answer.clip) await keepEvidence(this.session.session_id, this.seat.seat_id, answer.clip);
    return undefined;
  }

  reject() {
    const alert = this.queue.selected;
    if (alert) this.act({ do: "reject", ...idOf(alert) });
    else toast(t("alerts.choose"), "info");
  }

  async sighting() {
    const { camera } = this.wall.selected;
    const form = await askSighting(camera, this.session.kinds);
    if (form) await this.act({ do: "sighting", camera_id: camera, kind: form.kind, x: 0.5, y: 0.5 });
  }

  async bookmark() {
    const { camera } = this.wall.selected;
    const form = await askBookmark(camera);
    if (form) await this.act({ do: "bookmark", camera_id: camera, note: form.note });
  }

  evidence() {
    exportEvidence(this.session.session_id, this.seat.seat_id, this.wall.selected.camera);
  }

  async note() {
    const form = await ask(t("note"), [{ name: "text", label: t("field.note"), rows: 3 }]);
    if (form?.text.trim()) await this.act({ do: "note", text: form.text.trim() });
  }

  async inject() {
    const form = await askIncident(this.wall.selected.camera, this.session.kinds);
    if (form) await this.act({ do: "inject", kind: form.kind, camera_id: Number(form.camera_id) });
  }

  async outage() {
    const form = await askOutage(this.wall.selected.camera);
    if (form) await this.act({ do: "outage", camera_id: Number(form.camera_id), duration_s: Number(form.duration_s) });
  }

  async finish() {
    if (await ask(t("finish.title"), [], { confirm: t("finish") })) await this.act({ do: "finish" });
  }

  toggleMap() {
    this.main.classList.toggle("map-large");
    this.map.canvas.focus();
  }

  debrief() {
    showDebrief(this.session.session_id, this.seat.seat_id, { voice: this.voice, onJump: (incident) => {
      const isThere = this.timeline.seek(Math.max(0, incident.occur_s - 2), incident.camera_id);
      if (!isThere && incident.camera_id !== null) this.wall.showCamera(incident.camera_id);
    } });
  }
}
