// What the server last said, and who wants to know when it changes; what this person has chosen on this machine.

export const state = { tiles: [], alerts: [], calls: [], units: [], radio: [], bookmarks: [], phase: "briefing" };
const watchers = [];

/** Call whenever one of the named parts of the state changes. */
export function onState(names, watcher) {
  watchers.push({ names, watcher });
}

/** Lay changed parts over the state. */
export function takeIn(changed) {
  Object.assign(state, changed);
  for (const { names, watcher } of watchers) {
    if (names.some((name) => name in changed)) watcher(state);
  }
}

const PREFIX = "watchfloor.";

/** Return what was chosen before on this machine. */
export function chosen(name, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + name)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

export function choose(name, value) {
  localStorage.setItem(PREFIX + name, JSON.stringify(value));
}

/** What is selected on this page: an alert, a call, a tile. */
export const selection = { alert: null, call: null, tile: 0 };
const selectionWatchers = [];

export function onSelection(watcher) {
  selectionWatchers.push(watcher);
}

export function select(part, value) {
  if (selection[part] === value) return;
  selection[part] = value;
  selectionWatchers.forEach((watcher) => watcher(selection));
}
