// Before a session: coming in by name, password or token, and choosing what to open.

import { Bar } from "./bar.js";
import { el, toast } from "./dom.js";
import { places } from "./places.js";
import { post } from "./server.js";
import { labelled, t, worded } from "./words.js";

/** Show the page to log in; goes on once somebody is let in. */
export function showLogin(app, { byName, languages, onIn }) {
  const fields = byName
    ? [["name", "text", "login.name", "username"], ["password", "password", "login.password", "current-password"]]
    : [["token", "password", "login.token", "off"]];
  const form = el("form", { class: "card" }, worded(el("h2"), "login"), fields.map(([name, type, key, complete]) =>
    el("div", { class: "field" }, worded(el("label", { for: `login-${name}` }), key),
      el("input", { id: `login-${name}`, name, type, required: true, autocomplete: complete }))),
  worded(el("button", { type: "submit", class: "primary" }), "login.in"));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = await post("/api/login", Object.fromEntries(new FormData(form)));
    if (answer.ok) onIn();
    else toast(t(answer.status === 429 ? "login.barred" : "login.wrong"));
  });
  app.replaceChildren(new Bar({ languages, title: "" }).element, el("main", { class: "lobby narrow" }, form));
  form.querySelector("input").focus();
}

/** Show what runs and what can be opened. */
export function showLobby(app, about, { onSeat }) {
  const seats = about.sessions.flatMap((session) => session.seats.map((seat) => ({ session, seat })));
  const mayClose = about.account.role !== "trainee";
  const close = async (session) => {
    await post(`/api/sessions/${encodeURIComponent(session.session_id)}/close`, {});
    location.reload();
  };
  const running = seats.map(({ session, seat }) => el("li", { class: "offer" },
    el("div", {}, el("strong", {}, session.title), el("span", { class: "muted" },
      [t(`mode.${session.mode}`), t(`role.${seat.role}`), ...(session.mode === "replay" ? [] : [seat.name])].join(" · "))),
    el("div", { class: "offer-buttons" }, mayClose ? el("button", { type: "button",
      "aria-label": `${t("lobby.close")}: ${session.title}, ${seat.name}`, onclick: () => close(session) },
    t("lobby.close")) : null,
    el("button", { type: "button", class: "primary", "aria-label": `${t("lobby.sit")}: ${session.title}, ${seat.name}`,
      onclick: () => onSeat(session, seat) }, t("lobby.sit")))));
  const offersOf = (mode) => (mayClose ? about.offers : []).filter((offer) => offer.mode === mode).map((offer) => {
    const button = el("button", { type: "button", "aria-label": `${t("lobby.open")}: ${offer.title}` }, t("lobby.open"));
    button.addEventListener("click", async () => {
      button.disabled = true;
      button.textContent = t("lobby.opening");
      const answer = await post("/api/sessions", { offer: offer.offer });
      if (answer.ok) location.assign(`/?session=${encodeURIComponent(answer.session_id)}`);
      else {
        toast(answer.error);
        button.disabled = false;
        button.textContent = t("lobby.open");
      }
    });
    return el("li", { class: "offer" }, el("div", {}, el("strong", {}, offer.title),
      el("span", { class: "muted" }, offer.offer.slice(offer.offer.indexOf(":") + 1))), button);
  });
  const modes = [...new Set(about.offers.map((offer) => offer.mode))].map((mode) => [`lobby.${mode}`, offersOf(mode)]);
  const part = (key, items) => (items.length ? [worded(el("h2"), key), el("ul", { class: "offers" }, items)] : []);
  const nothing = running.length || modes.some(([, items]) => items.length) ? []
    : [worded(el("p", { class: "empty" }), "lobby.nothing")];
  app.replaceChildren(new Bar({ languages: about.languages, title: "", tools: mayClose ? [places("", about)] : [] }).element,
    labelled(el("main", { class: "lobby" }, ...part("lobby.running", running), ...modes.flatMap(([key, items]) =>
      part(key, items)), ...nothing), "lobby"));
}
