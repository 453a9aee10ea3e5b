// The way between the instructor's pages: sessions, exercises, classes.

import { el } from "./dom.js";
import { labelled, worded } from "./words.js";

const PAGES = { "": "lobby", exercises: "page.exercises", classes: "page.classes" };

export function places(here) {
  return labelled(el("nav", { class: "places" }, Object.entries(PAGES).map(([page, key]) => worded(el("a", {
    href: page ? `/?page=${page}` : "/?page=sessions", "aria-current": page === here ? "page" : null }), key))), "page.places");
}
