// The one socket to the server: states and pictures in, actions out; what was not answered is sent again.

const STATES = ["connecting", "live", "stale", "offline", "masked"];
const GONE = 4404;
const RETRY_FROM_MS = 250, RETRY_TO_MS = 4000, SEEN_EVERY_MS = 30, SEEN_MOST = 64;
const decoder = new TextDecoder();

/** Read one picture message; the format is that of frames.py. */
export function readFrame(buffer) {
  const view = new DataView(buffer);
  const nLabel = view.getUint8(3);
  return {
    tile: view.getUint8(1), state: STATES[view.getUint8(2)], camera_id: view.getUint32(4, true),
    sequence: view.getUint32(8, true), t_s: view.getFloat64(12, true), wall_s: view.getFloat64(20, true),
    label: decoder.decode(new Uint8Array(buffer, 28, nLabel)), jpeg: new Uint8Array(buffer, 28 + nLabel),
  };
}

export class Link {
  constructor(sessionId, seatId, { onState, onFrame, onConnection, onGone }) {
    this.path = `/ws/${encodeURIComponent(sessionId)}/${encodeURIComponent(seatId)}`;
    this.store = `watchfloor.unanswered.${sessionId}.${seatId}`;
    this.on = { onState, onFrame, onConnection, onGone };
    this.waiting = new Map();
    this.tiles = [];
    this.shown = [];
    this.looked = null;
    this.retryMs = RETRY_FROM_MS;
    this.isClosed = false;
    this.unanswered = JSON.parse(sessionStorage.getItem(this.store) ?? "[]");
    this.open();
  }

  open() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}${this.path}`);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    socket.onopen = () => {
      this.retryMs = RETRY_FROM_MS;
      this.on.onConnection("open");
      if (this.tiles.length) this.send({ type: "wall", tiles: this.tiles });
      if (this.looked) this.send(this.looked);
      for (const { key, action } of this.unanswered) this.send({ type: "act", key, action });
    };
    socket.onmessage = ({ data }) => (typeof data === "string" ? this.read(JSON.parse(data)) :
      this.on.onFrame(readFrame(data)));
    socket.onclose = ({ code }) => (code === GONE ? this.on.onGone?.() : this.reopen());
  }

  reopen() {
    if (this.isClosed) return;
    this.on.onConnection("lost");
    setTimeout(() => this.open(), this.retryMs);
    this.retryMs = Math.min(RETRY_TO_MS, this.retryMs * 2);
  }

  read(message) {
    if (message.type === "state") this.on.onState(message.state);
    else if (message.type === "answer") {
      this.unanswered = this.unanswered.filter(({ key }) => key !== message.key);
      this.save();
      this.waiting.get(message.key)?.(message);
      this.waiting.delete(message.key);
    }
  }

  /** Do something at this seat; resolves once the server has it on disk. */
  act(action) {
    const key = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
    this.unanswered.push({ key, action });
    this.save();
    this.send({ type: "act", key, action });
    return new Promise((resolve) => this.waiting.set(key, resolve));
  }

  show(tiles) {
    this.tiles = tiles;
    this.send({ type: "wall", tiles });
  }

  /** Look back from an instant on, or at it; null is now. */
  look(t_s, isPaused = false) {
    this.looked = t_s === null ? null : { type: "look", t_s, is_paused: isPaused };
    this.send(this.looked ?? { type: "look", t_s: null });
  }

  /** Say that a picture is shown; the server sends no more than a few that are not. Many are told at once. */
  seen(tile, sequence) {
    if (!this.shown.length) setTimeout(() => this.tellSeen(), SEEN_EVERY_MS);
    this.shown.push([tile, sequence]);
  }

  tellSeen() {
    while (this.shown.length) this.send({ type: "seen", seen: this.shown.splice(0, SEEN_MOST) });
  }

  send(message) {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  save() {
    sessionStorage.setItem(this.store, JSON.stringify(this.unanswered));
  }

  close() {
    this.isClosed = true;
    this.socket.close();
  }
}
