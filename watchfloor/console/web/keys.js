// Keys that work from anywhere on the console: told, changed and switched off in one place.

import { el } from "./dom.js";
import { choose, chosen } from "./store.js";
import { t } from "./words.js";

const PLAIN = {
  down: "ArrowDown", up: "ArrowUp", acknowledge: "a", confirm: "c", reject: "r", dispatch: "d", bookmark: "b",
  evidence: "e", zoom: "z", sighting: "s", map: "m", radio: "t", pause: "p", help: "?",
};

/** Return the key of each command; tiles are 1 to 9. */
export const keyTable = () => ({ ...PLAIN, ...chosen("keys", {}) });

export const areOn = () => chosen("keysOn", true);

const isTyping = (target) => target.closest?.("input, textarea, select, dialog") !== null;

/** Call a command's work when its key is pressed outside a field; single keys can be switched off. */
export function listen(commands, onTile) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
    if (!areOn() && event.key !== "?") return;
    const pressed = event.key.length === 1 ? latin(event) : event.key;
    if (pressed >= "1" && pressed <= "9" && pressed.length === 1) onTile(Number(pressed) - 1);
    else {
      const command = Object.entries(keyTable()).find(([, key]) => key === pressed)?.[0];
      if (!command || !commands[command] || commands[command]() === false) return;
    }
    event.preventDefault();
  });
}

/** Return the letter printed on the key in the Latin layout, so that commands work in any keyboard layout. */
function latin(event) {
  if (/^Key[A-Z]$/.test(event.code)) return event.code[3].toLowerCase();
  return event.key.toLowerCase();
}

/** Return a key as it is printed on the keyboard. */
const printed = (key) => ({ ArrowDown: "↓", ArrowUp: "↑", ArrowLeft: "←", ArrowRight: "→" })[key] ?? key.toUpperCase();

/** Show every command with its key, to be changed by pressing another. */
export function showKeys() {
  const rows = Object.entries(keyTable()).map(([command, key]) => {
    const button = el("button", { type: "button", class: "key", "aria-label": t("keys.change",
      { command: t(`key.${command}`), key }) }, printed(key));
    button.addEventListener("keydown", (event) => {
      if (["Tab", "Escape", "Enter", " ", "Shift"].includes(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
      const pressed = event.key.length === 1 ? latin(event) : event.key;
      choose("keys", { ...chosen("keys", {}), [command]: pressed });
      button.textContent = printed(pressed);
    });
    return el("div", { class: "key-row" }, el("span", {}, t(`key.${command}`)), button);
  });
  const on = el("input", { type: "checkbox", id: "keys-on", checked: areOn(),
    onchange: (event) => choose("keysOn", event.target.checked) });
  const dialog = el("dialog", { class: "keys", "aria-labelledby": "keys-title" }, el("h2", { id: "keys-title" },
    t("keys")), el("p", { class: "muted" }, t("keys.how")), el("div", { class: "key-rows" }, rows,
    el("div", { class: "key-row" }, el("span", {}, t("key.tiles")), el("kbd", {}, "1–9")),
    el("div", { class: "key-row" }, el("span", {}, t("key.zooming")), el("kbd", {}, "+ − ← ↑ ↓ → Home"))),
    el("div", { class: "field-line" }, on, el("label", { for: "keys-on" }, t("keys.on"))),
    el("div", { class: "dialog-buttons" },
      el("button", { type: "button", onclick: () => { choose("keys", {}); dialog.close(); } }, t("keys.reset")),
      el("button", { type: "button", class: "primary", onclick: () => dialog.close() }, t("ok"))));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
