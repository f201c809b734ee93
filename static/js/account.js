// @ts-check
/** How I sign in: my password, my authenticator app, my organisation's sign-in. */

import { del, post, put } from "./lib/api.js";
import { find, setText, show } from "./lib/dom.js";
import { say, sayError } from "./lib/notice.js";
import { onSubmit, valueOf } from "./forms/form.js";

/** @param {string} selector @param {() => Promise<void>} act what a button does, if it is there */
function onPress(selector, act) {
  document.querySelector(selector)?.addEventListener("click", () => act().catch(sayError));
}

/** @param {string} id @param {(form: HTMLFormElement) => Promise<void>} act of a form, if it is there */
function onForm(id, act) {
  const form = document.getElementById(id);
  if (form instanceof HTMLFormElement) onSubmit(form, () => act(form));
}

onForm("password-form", async (form) => {
  await put("/api/account/password", {
    name: valueOf(form, "name"),
    password: valueOf(form, "password"),
    current: valueOf(form, "current"),
  });
  say("The password is saved.");
  window.location.reload();
});

onPress("#begin-code", async () => {
  const { secret } = await post("/api/account/code");
  setText(find("#code-secret"), secret);
  const drawing = /** @type {HTMLImageElement} */ (find("#code-qr"));
  drawing.src = `/api/account/code.svg?at=${Date.now()}`;
  show(find("#begin"), false);
  show(find("#confirm-code"), true);
  find("#confirm-code-code").focus();
});

onForm("confirm-code", async (form) => {
  await post("/api/account/code/confirm", { code: valueOf(form, "code") });
  window.location.reload();
});

onForm("remove-code", async (form) => {
  await post("/api/account/code/remove", { code: valueOf(form, "code") });
  window.location.reload();
});

onPress("#connect", async () => {
  const { address } = await post("/api/account/provider");
  window.location.assign(address);
});

onPress("#disconnect", async () => {
  await del("/api/account/provider");
  window.location.reload();
});
