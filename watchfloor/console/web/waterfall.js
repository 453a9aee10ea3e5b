// Each change's difference from the room as it is, as a picture: a bar from the same line, with its interval.

import { el } from "./dom.js";
import { draw } from "./drawing.js";
import { isSure, language, number, t } from "./words.js";

const DRAWN = ["found", "unfounded_stops", "p90:response_time_s"];
const WIDTH = 1080, LEFT = 300, GAP = 24, ROW = 30, TOP = 42, BOTTOM = 30, N_LETTERS = 38, N_TICKS = 3;

/** Return the picture with its heading. */
export function waterfall({ measures, base, changes }) {
  const shown = DRAWN.filter((measure) => base[measure] && changes.some((one) => one.differences[measure]));
  const height = TOP + ROW * changes.length + BOTTOM, width = (WIDTH - LEFT - GAP * shown.length) / shown.length;
  const svg = draw("svg", { viewBox: `0 0 ${WIDTH} ${height}`, class: "waterfall", role: "img",
    "aria-label": t("what-if.waterfall") });
  changes.forEach((change, row) => linesOf(change.names[language()]).forEach((line, place, lines) => svg.append(
    draw("text", { x: LEFT - 12, y: middle(row) + 4 + 13 * (place - (lines.length - 1) / 2), "text-anchor": "end" }, line))));
  shown.forEach((measure, place) => svg.append(panel(measures.find((one) => one.measure === measure), { height, width,
    changes, base: base[measure].mean, left: LEFT + place * (width + GAP) })));
  return [el("h2", {}, t("what-if.waterfall")), svg];
}

const middle = (row) => TOP + ROW * (row + 0.5);

function panel({ measure, titles }, { base, changes, left, width, height }) {
  const found = changes.map((change) => change.differences[measure]);
  const ends = found.flatMap((one) => (one ? [one.mean - (one.half_width ?? 0), one.mean + (one.half_width ?? 0)] : []));
  const low = Math.min(0, ...ends), high = Math.max(0, ...ends), span = high - low || 1;
  const x = (difference) => left + 6 + ((difference - low) / span) * (width - 12);
  const group = draw("g", {});
  group.append(draw("text", { class: "head", x: left + width / 2, y: 16, "text-anchor": "middle" }, titles[language()]));
  const step = niceStep(span / N_TICKS), digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  for (let tick = Math.ceil((base + low) / step); tick * step <= base + high; tick++) {
    group.append(draw("line", { class: "rule", x1: x(tick * step - base), x2: x(tick * step - base), y1: TOP - 6,
      y2: height - BOTTOM }), draw("text", { x: x(tick * step - base), y: height - 12, "text-anchor": "middle" },
    number(tick * step, digits)));
  }
  found.forEach((one, row) => {
    if (!one) return;
    const y = middle(row), reach = one.half_width ?? 0;
    group.append(draw("rect", { class: `${one.mean < 0 ? "less" : "more"} ${isSure(one) ? "" : "unsure"}`,
      x: x(Math.min(0, one.mean)), y: y - 8, width: Math.max(1, x(Math.abs(one.mean)) - x(0)), height: 16 }),
    draw("line", { class: "interval", x1: x(one.mean - reach), x2: x(one.mean + reach), y1: y, y2: y }),
    ...[-reach, reach].map((end) => draw("line", { class: "interval", x1: x(one.mean + end), x2: x(one.mean + end),
      y1: y - 4, y2: y + 4 })));
  });
  group.append(draw("line", { class: "base", x1: x(0), x2: x(0), y1: TOP - 10, y2: height - BOTTOM }));
  return group;
}

/** Return 1, 2 or 5 times a power of ten, at least so much. */
function niceStep(least) {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5].find((one) => one * power >= least) ?? 10);
}

/** Break a name in two where it is long. */
function linesOf(name) {
  if (name.length <= N_LETTERS) return [name];
  const at = name.lastIndexOf(" ", N_LETTERS);
  return [name.slice(0, at), name.slice(at + 1, at + N_LETTERS)];
}
