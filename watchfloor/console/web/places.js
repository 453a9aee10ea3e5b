// The way between the pages of those who are no trainees: sessions, exercises, classes, what-if.

import { el } from "./dom.js";
import { labelled, worded } from "./words.js";

const PAGES = { "": "lobby", exercises: "page.exercises", classes: "page.classes", "what-if": "page.what-if" };

export function places(here, { has_planner }) {
  const pages = Object.entries(PAGES).filter(([page]) => page !== "what-if" || has_planner);
  return labelled(el("nav", { class: "places" }, pages.map(([page, key]) => worded(el("a", {
    href: `/?page=${page || "sessions"}`, "aria-current": page === here ? "page" : null }), key))), "page.places");
}
