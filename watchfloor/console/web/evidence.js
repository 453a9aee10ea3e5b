// Evidence: a camera's clip and the log's rows beside it, written on the server.

import { toast } from "./dom.js";
import { post } from "./server.js";
import { t } from "./words.js";

const pathOf = (session, name, seat) => `/api/sessions/${encodeURIComponent(session)}/evidence${name}?seat=${
  encodeURIComponent(seat)}`;

/** Have a piece of a session written; returns what the server tells of it, or null after it was told why not. */
export async function keepEvidence(session, seat, { camera_id, from_s, to_s }) {
  toast(t("evidence.making"), "info");
  const made = await post(pathOf(session, "", seat), { camera_id, from_s, to_s });
  if (!made.ok) toast(made.error);
  else toast(t("evidence.kept", { name: made.clip }), "info");
  return made.ok ? made : null;
}
