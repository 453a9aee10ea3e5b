// A pinhole camera's angles: where a point of the picture lies, and which view shows a part of it.

const DEG = Math.PI / 180;

/** Keep a value between two. */
export const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

/** Return the view whose middle is the point (u, v) of the picture, 0 to 1 each way, narrowed to a width's share. */
export function viewOf(view, { u, v, share }, aspect, range = [2, 65]) {
  const half = Math.tan((view.hfov_deg * DEG) / 2);
  const x = (2 * u - 1) * half, y = ((2 * v - 1) * half) / aspect;
  const tilt = view.tilt_deg * DEG;
  const ahead = Math.cos(tilt) + y * Math.sin(tilt), up = Math.sin(tilt) - y * Math.cos(tilt);
  return {
    pan_deg: view.pan_deg - Math.atan2(x, ahead) / DEG,
    tilt_deg: clamp(Math.atan2(up, Math.hypot(ahead, x)) / DEG, -89, 19),
    hfov_deg: clamp((2 * Math.atan(half * share)) / DEG, range[0], range[1]),
  };
}

/** Return the view that keeps the point (u, v) where it is and changes the width by a factor. */
export function viewTowards(view, { u, v }, factor, aspect, range) {
  const hfov_deg = clamp((2 * Math.atan(Math.tan((view.hfov_deg * DEG) / 2) * factor)) / DEG, range[0], range[1]);
  const real = Math.tan((hfov_deg * DEG) / 2) / Math.tan((view.hfov_deg * DEG) / 2);
  const middle = { u: u + (0.5 - u) * real, v: v + (0.5 - v) * real, share: real };
  return viewOf(view, middle, aspect, range);
}

/** Return how many times closer a view is than another. */
export function magnification(wide_deg, hfov_deg) {
  return Math.tan((wide_deg * DEG) / 2) / Math.tan((hfov_deg * DEG) / 2);
}
