// @ts-check
/** Signing in with a password. */

import { post } from "./lib/api.js";
import { find } from "./lib/dom.js";
import { onSubmit, valueOf } from "./forms/form.js";

const form = /** @type {HTMLFormElement} */ (find("#password-form"));

onSubmit(form, async () => {
  const { address } = await post("/api/sign-in", {
    name: valueOf(form, "name"),
    password: valueOf(form, "password"),
    code: valueOf(form, "code"),
    next: form.dataset.next ?? "",
  });
  window.location.assign(address);
});
