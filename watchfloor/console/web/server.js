// Questions to the server beside a session's socket, and style sheets that only some pages need.

import { el } from "./dom.js";

const asked = (body) => ({ method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

/** Post an object; returns the answer's fields with ``ok`` and ``status``. */
export async function post(path, body) {
  const answer = await fetch(path, asked(body));
  return { ok: answer.ok, status: answer.status, ...(await answer.json()) };
}

/** Post an object; returns the file that is sent back, or null. */
export async function postFor(path, body) {
  const answer = await fetch(path, asked(body));
  return answer.ok ? answer.blob() : null;
}

/** Take a style sheet in, once; resolves when it is there. */
export function styled(name) {
  const href = `/web/${name}`;
  if (document.querySelector(`link[href="${href}"]`)) return Promise.resolve();
  return new Promise((resolve) => document.head.append(el("link", { rel: "stylesheet", href, onload: resolve,
    onerror: resolve })));
}
