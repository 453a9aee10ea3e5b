// Elements made, filled and kept in step with lists.

/** Make an element: properties starting with "on" listen, "class", "data-*", "aria-*" and the like are attributes. */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name in element && !name.includes("-") && name !== "list" && name !== "role") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  if (properties.class) element.className = properties.class;
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** Set a text only where it differs, so that nothing is laid out or read aloud anew. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function setAttribute(element, name, value) {
  if (value === null || value === false) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
}

/** Keep a parent's children in step with items: the element of a known key is kept and updated. */
export function keepList(parent, items, keyOf, make, update) {
  parent.known ??= new Map();
  const wanted = new Set();
  items.forEach((item, place) => {
    const key = String(keyOf(item));
    wanted.add(key);
    let element = parent.known.get(key);
    if (!element) {
      element = make(item);
      parent.known.set(key, element);
    }
    update(element, item, place);
    if (parent.children[place] !== element) parent.insertBefore(element, parent.children[place] ?? null);
  });
  for (const [key, element] of parent.known) {
    if (!wanted.has(key)) {
      element.remove();
      parent.known.delete(key);
    }
  }
}

/** Say something to screen readers without showing it. */
export function say(text) {
  document.getElementById("said").textContent = text;
}

/** Show a short message for some seconds. */
export function toast(text, tone = "bad") {
  const note = el("div", { class: `toast ${tone}` }, text);
  document.getElementById("toasts").append(note);
  setTimeout(() => note.remove(), 6000);
}
