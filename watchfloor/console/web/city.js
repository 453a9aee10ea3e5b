// The map's layers as typed arrays, read from one binary message; the format is that of city_message.py.

const ARRAYS = { float32: Float32Array, int16: Int16Array, int8: Int8Array, int32: Int32Array, float64: Float64Array };

export async function loadCity(sessionId) {
  const answer = await fetch(`/api/sessions/${encodeURIComponent(sessionId)}/city`);
  if (!answer.ok) throw new Error(`city: ${answer.status}`);
  return readCity(await answer.arrayBuffer());
}

export function readCity(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const { arrays, ...city } = head;
  for (const { name, dtype, shape, at } of arrays) {
    const n = shape.reduce((total, size) => total * size, 1);
    city[name] = new ARRAYS[dtype](buffer, 4 + length + at, n);
  }
  return { ...city, n: city.x_m.length, box: boxOf(city), cells: cellsOf(city) };
}

/** Return what the ground before a camera is used for; null before a badge, which moves. */
export const landUseOf = ({ land_use_names: names, land_use }, camera) => names[land_use[camera]] ?? null;

/** Return the rectangle that holds every road and camera. */
function boxOf({ x_m, y_m, road_xyxy_m }) {
  const box = { west: Infinity, east: -Infinity, south: Infinity, north: -Infinity };
  const take = (x, y) => {
    if (x < box.west) box.west = x;
    if (x > box.east) box.east = x;
    if (y < box.south) box.south = y;
    if (y > box.north) box.north = y;
  };
  for (let i = 0; i < x_m.length; i++) take(x_m[i], y_m[i]);
  for (let i = 0; i < road_xyxy_m.length; i += 2) take(road_xyxy_m[i], road_xyxy_m[i + 1]);
  return box;
}

const CELL_M = 250;

/** Return the cameras of each cell of a square grid, so that a click looks at a few and not at all. */
function cellsOf({ x_m, y_m }) {
  const cells = new Map();
  for (let i = 0; i < x_m.length; i++) {
    const key = `${Math.floor(x_m[i] / CELL_M)},${Math.floor(y_m[i] / CELL_M)}`;
    const cell = cells.get(key);
    if (cell) cell.push(i);
    else cells.set(key, [i]);
  }
  return cells;
}

/** Return the cameras nearest to a place, nearest first. */
export function nearest(city, x, y, n = 6, within_m = 2000) {
  const column = Math.floor(x / CELL_M), row = Math.floor(y / CELL_M);
  const found = [];
  for (let ring = 0; ring * CELL_M <= within_m && found.length < n * 4; ring++) {
    for (let i = -ring; i <= ring; i++) {
      for (let j = -ring; j <= ring; j++) {
        if (Math.max(Math.abs(i), Math.abs(j)) !== ring) continue;
        for (const camera of city.cells.get(`${column + i},${row + j}`) ?? []) {
          found.push({ camera, away_m: Math.hypot(city.x_m[camera] - x, city.y_m[camera] - y) });
        }
      }
    }
  }
  return found.sort((one, other) => one.away_m - other.away_m).slice(0, n);
}
