// @ts-check
/** Who stands behind the votes, as far as is known, for the stage. */

import { inThousands } from "../lib/numbers.js";

/** @param {import("../lib/types.js").EventView["admission"]} admission @returns {string} */
export function votersWords({ how, used, electorate }) {
  const people = inThousands(used ?? 0);
  return {
    open: "votes unverified",
    tickets: `${people} of ${inThousands(electorate ?? 0)} tickets used`,
    provider: `${people} signed in`,
  }[how];
}
