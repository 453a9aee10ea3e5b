// A class's progress as a picture: each member's d′ with its interval, session by session, and the pass mark.

import { el } from "./dom.js";
import { draw } from "./drawing.js";
import { number, t } from "./words.js";

const WIDTH = 840, HEIGHT = 260, LEFT = 44, BOTTOM = 30, TOP = 12, RIGHT = 150;
const N_STYLES = 6;

/** Return the picture with its heading; nothing where nobody has played. */
export function classChart({ members, marks }) {
  const played = members.filter((one) => one.d_primes.length);
  if (!played.length) return [];
  const all = played.flatMap((one) => one.d_primes.flatMap(({ low, high }) => [low, high]));
  const low = Math.floor(Math.min(0, ...all)), high = Math.ceil(Math.max(1, marks.d_prime ?? 0, ...all));
  const n = Math.max(...played.map((one) => one.d_primes.length));
  const x = (session) => LEFT + ((session + 0.5) * (WIDTH - LEFT - RIGHT)) / n;
  const y = (value) => TOP + ((high - value) * (HEIGHT - TOP - BOTTOM)) / (high - low);
  const svg = draw("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "class-chart", role: "img",
    "aria-label": t("class.chart") });
  for (let value = low; value <= high; value++) {
    svg.append(draw("line", { class: "rule", x1: LEFT, x2: WIDTH - RIGHT, y1: y(value), y2: y(value) }),
      draw("text", { x: LEFT - 8, y: y(value) + 4, "text-anchor": "end" }, number(value)));
  }
  for (let session = 0; session < n; session++) {
    svg.append(draw("text", { x: x(session), y: HEIGHT - 10, "text-anchor": "middle" }, String(session + 1)));
  }
  if (marks.d_prime !== null) {
    svg.append(draw("line", { class: "pass", x1: LEFT, x2: WIDTH - RIGHT, y1: y(marks.d_prime), y2: y(marks.d_prime) }),
      draw("text", { x: WIDTH - RIGHT + 6, y: y(marks.d_prime) + 4 }, t("class.pass-mark")));
  }
  played.forEach((one, place) => drawMember(svg, one, { place, n: played.length, x, y }));
  return [el("h2", {}, t("class.chart")), svg];
}

/** Draw one member's sessions a little beside the others', so that intervals do not cover each other. */
function drawMember(svg, { d_primes, name, trainee_id }, { place, n, x, y }) {
  const aside = 7 * (place - (n - 1) / 2), style = `member style-${place % N_STYLES}`;
  const at = d_primes.map(({ value }, session) => [x(session) + aside, y(value)]);
  d_primes.forEach(({ low, high }, session) => svg.append(draw("line", { class: `${style} interval`,
    x1: at[session][0], x2: at[session][0], y1: y(low), y2: y(high) })));
  svg.append(draw("polyline", { class: style, points: at.map((point) => point.join(",")).join(" ") }),
    ...at.map(([cx, cy]) => draw("circle", { class: style, cx, cy, r: 3.5 })),
    draw("line", { class: style, x1: WIDTH - RIGHT + 8, x2: WIDTH - RIGHT + 26, y1: TOP + 8 + 16 * place,
      y2: TOP + 8 + 16 * place }),
    draw("text", { x: WIDTH - RIGHT + 32, y: TOP + 12 + 16 * place }, (name ?? trainee_id).slice(0, 16)));
}
