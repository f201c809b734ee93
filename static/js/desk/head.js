// @ts-check
/** The desk's head: counts, the connection, what can be undone, and the title of the tab. */

import { create, find, part, setText, show } from "../lib/dom.js";
import { inThousands } from "../lib/numbers.js";
import { countWords } from "../lib/store.js";

const CONNECTION = {
  live: "",
  connecting: "Connecting…",
  polling: "Updates are slow here",
  offline: "No connection",
};

/** @param {import("../lib/types.js").EventView} event @param {number} overdue as of now */
export function showCounts(event, overdue) {
  const closed = event.state === "closed";
  find("#counts").replaceChildren(
    ...countWords({ ...event.counts, overdue }, closed).map(({ count, word }) =>
      create("li", {}, create("strong", {}, inThousands(count)), ` ${word}`),
    ),
  );
  document.title = `${overdue && !closed ? `(${overdue} overdue) ` : ""}Desk · ${event.title}`;
}

/** @param {import("../lib/live.js").Connection} connection */
export function showConnection(connection) {
  show(find("#connection"), connection !== "live");
  setText(find("#connection [data-field=words]"), CONNECTION[connection]);
}

/** @param {import("../lib/types.js").Question | null} question the reader's last decision, if it can be undone */
export function showUndo(question) {
  const button = document.querySelector("#undo");
  show(button, question !== null);
  if (button && question) setText(part(button, "what"), `Undo #${question.n}`);
}
