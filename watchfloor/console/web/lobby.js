// Before a session: coming in by name, password or token, and choosing what to open.

import { Bar } from "./bar.js";
import { el, toast } from "./dom.js";
import { places } from "./places.js";
import { post } from "./server.js";
import { inWords, labelled, onLanguage, seatName, t, worded } from "./words.js";

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

/** Show what runs and what can be opened, in whatever language is chosen. */
export function showLobby(app, about, { onSeat }) {
  const mayClose = about.account.role !== "trainee";
  const main = labelled(el("main", { class: "lobby" }), "lobby");
  app.replaceChildren(new Bar({ languages: about.languages, title: "", tools: mayClose ? [places("", about)] : [] }).element,
    main);
  onLanguage(() => main.replaceChildren(...listOf(about, { onSeat, mayClose })));
}

function listOf(about, { onSeat, mayClose }) {
  const seats = about.sessions.flatMap((session) => session.seats.map((seat) => ({ session, seat })));
  const running = seats.map(({ session, seat }) => seatLine(session, seat, { onSeat, mayClose }));
  const offersOf = (mode) => (mayClose ? about.offers : []).filter((offer) => offer.mode === mode).map(offerLine);
  const modes = [...new Set(about.offers.map((offer) => offer.mode))].map((mode) => [`lobby.${mode}`, offersOf(mode)]);
  const part = (key, items) => (items.length ? [el("h2", {}, t(key)), el("ul", { class: "offers" }, items)] : []);
  const nothing = running.length || modes.some(([, items]) => items.length) ? []
    : [el("p", { class: "empty" }, t("lobby.nothing"))];
  return [...part("lobby.running", running), ...modes.flatMap(([key, items]) => part(key, items)), ...nothing];
}

function seatLine(session, seat, { onSeat, mayClose }) {
  const title = inWords(session.title);
  const close = async () => {
    await post(`/api/sessions/${encodeURIComponent(session.session_id)}/close`, {});
    location.reload();
  };
  const button = (key, work, tone = "") => el("button", { type: "button", class: tone, onclick: work,
    "aria-label": `${t(key)}: ${title}, ${seatName(seat.name)}` }, t(key));
  return el("li", { class: "offer" },
    el("div", {}, el("strong", {}, title), el("span", { class: "muted" },
      [t(`mode.${session.mode}`), t(`role.${seat.role}`), ...(session.mode === "replay" ? [] : [seatName(seat.name)])].join(" · "))),
    el("div", { class: "offer-buttons" }, mayClose ? button("lobby.close", close) : null,
      button("lobby.sit", () => onSeat(session, seat), "primary")));
}

function offerLine(offer) {
  const title = inWords(offer.title);
  const button = el("button", { type: "button", "aria-label": `${t("lobby.open")}: ${title}` }, t("lobby.open"));
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
  return el("li", { class: "offer" }, el("div", {}, el("strong", {}, title),
    el("span", { class: "muted" }, offer.offer.slice(offer.offer.indexOf(":") + 1))), button);
}
