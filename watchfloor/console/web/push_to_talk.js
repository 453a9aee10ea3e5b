// Push-to-talk: while its button is held, by pointer or Space, the microphone records; Enter begins and ends it.

import { el, say, setAttribute, toast } from "./dom.js";
import { onLanguage, t } from "./words.js";

const LONGEST_MS = 60000, SHORTEST_MS = 300, WANTED = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"];

export class PushToTalk {
  constructor({ path, seat }) {
    Object.assign(this, { path, seat, recorder: null, isHeld: false });
    this.button = el("button", { type: "button", class: "small talk", hidden: !globalThis.MediaRecorder });
    this.button.addEventListener("pointerdown", (event) => {
      this.button.setPointerCapture(event.pointerId);
      this.begin();
    });
    for (const name of ["pointerup", "pointercancel", "blur"]) this.button.addEventListener(name, () => this.end());
    this.button.addEventListener("keydown", (event) => {
      if (event.repeat || ![" ", "Enter"].includes(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
      if (event.key === "Enter" && this.isHeld) this.end();
      else this.begin();
    });
    this.button.addEventListener("keyup", (event) => {
      if (event.key === " ") this.end();
    });
    onLanguage(() => this.show());
  }

  show() {
    this.button.textContent = t(this.isHeld ? "talk.on" : "talk");
    this.button.title = t("talk.how");
    setAttribute(this.button, "aria-pressed", String(this.isHeld));
  }

  async begin() {
    if (this.isHeld) return;
    this.isHeld = true;
    this.show();
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      const mimeType = WANTED.find((one) => MediaRecorder.isTypeSupported(one));
      const recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: 24000 });
      const from_ms = performance.now(), parts = [];
      recorder.ondataavailable = ({ data }) => parts.push(data);
      recorder.onstop = () => {
        setAttribute(this.button, "data-recording", null);
        stream.getTracks().forEach((track) => track.stop());
        this.send(new Blob(parts, { type: recorder.mimeType }), performance.now() - from_ms);
      };
      recorder.start();
      this.recorder = recorder;
      setAttribute(this.button, "data-recording", "true");
      this.timer = setTimeout(() => this.end(), LONGEST_MS);
      if (!this.isHeld) this.stop();
      else say(t("talk.on"));
    } catch {
      this.isHeld = false;
      this.show();
      toast(t("talk.none"), "info");
    }
  }

  end() {
    if (!this.isHeld) return;
    this.isHeld = false;
    this.show();
    this.stop();
  }

  stop() {
    clearTimeout(this.timer);
    if (this.recorder?.state === "recording") this.recorder.stop();
    this.recorder = null;
  }

  /** Send what was recorded, again under the same key until the server has it on disk; a touch by mistake is dropped. */
  async send(sound, lasts_ms) {
    if (lasts_ms < SHORTEST_MS) return;
    const query = new URLSearchParams({ seat: this.seat, seconds: (lasts_ms / 1000).toFixed(1),
      key: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}` });
    for (let wait_ms = 500; ; wait_ms = Math.min(4000, 2 * wait_ms)) {
      try {
        const answer = await fetch(`${this.path}?${query}`, { method: "POST", body: sound,
          headers: { "content-type": sound.type } });
        if (!answer.ok) toast((await answer.json()).error);
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, wait_ms));
      }
    }
  }
}

/** Return a button that plays spoken words. */
export function playButton({ path, seat }, { sound, sound_s }) {
  const url = `${path}/${encodeURIComponent(sound)}?${new URLSearchParams({ seat })}`;
  const words = t("talk.play", { s: Math.round(sound_s) });
  return el("button", { type: "button", class: "small", "aria-label": words, onclick: () => new Audio(url).play() },
    `▶ ${Math.round(sound_s)} ${t("unit.s")}`);
}
