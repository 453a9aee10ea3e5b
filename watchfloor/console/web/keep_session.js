// An instructor keeps a running session as an exercise: its targets, and what was let happen in it.

import { askName } from "./dialogs.js";
import { toast } from "./dom.js";
import { post } from "./server.js";
import { t } from "./words.js";

export async function keepSession(sessionId) {
  const form = await askName(t("author.keep-title"));
  if (!form) return;
  const answer = await post(`/api/exercises/of-session/${encodeURIComponent(sessionId)}`, { name: form.name });
  if (answer.ok) toast(t("author.saved", { file: `exercises/${answer.stem}.toml` }), "info");
  else toast(answer.error);
}
