// Pictures of numbers, in SVG.

const SVG = "http://www.w3.org/2000/svg";

/** Make an element of a picture. */
export function draw(tag, properties, text) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(properties)) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = text;
  return element;
}
