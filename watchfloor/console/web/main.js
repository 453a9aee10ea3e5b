// The page begins: language and theme, who this is, which session.

import { wear } from "./bar.js";
import { SessionPage } from "./desk_page.js";
import { showLobby, showLogin } from "./lobby.js";
import { choose, chosen } from "./store.js";
import { speak } from "./words.js";

const app = document.getElementById("app");
const query = new URLSearchParams(location.search);
const LANGUAGES = ["en", "ru", "kk"];

async function begin() {
  wear(query.get("theme") ?? chosen("theme", matchMedia("(prefers-contrast: more)").matches ? "contrast" : "dark"));
  const answer = await fetch("/api/about");
  const about = await answer.json();
  const wanted = query.get("lang") ?? chosen("language", about.language ?? "en");
  if (query.has("lang")) choose("language", wanted);
  await speak(LANGUAGES.includes(wanted) ? wanted : "en");
  if (answer.status === 401) {
    showLogin(app, { byName: about.by_name, languages: LANGUAGES, onIn: begin });
    return;
  }
  if (about.account.role !== "trainee" && query.get("page") === "exercises") {
    const { showAuthor } = await import("./author.js");
    await showAuthor(app, about, query.get("exercise"));
    return;
  }
  if (about.account.role !== "trainee" && query.get("page") === "classes") {
    const { showClasses } = await import("./classes.js");
    await showClasses(app, about);
    return;
  }
  if (about.has_planner && about.account.role !== "trainee" && query.get("page") === "what-if") {
    const { showWhatIf } = await import("./what_if.js");
    await showWhatIf(app, about);
    return;
  }
  const session = about.sessions.find((one) => one.session_id === query.get("session")) ??
    (about.sessions.length === 1 && !about.offers.length && !query.has("page") ? about.sessions[0] : null);
  const seat = session?.seats.find((one) => one.seat_id === query.get("seat")) ??
    (session?.seats.length === 1 ? session.seats[0] : null);
  if (session && seat) new SessionPage(app, about, session, seat);
  else showLobby(app, about, { onSeat: (one, place) => location.assign(
    `/?session=${encodeURIComponent(one.session_id)}&seat=${encodeURIComponent(place.seat_id)}`) });
  document.documentElement.dataset.shown = "true";
}

begin();
