// @ts-check
/** Who runs an event: add, remove, and one-time sign-in links. */

import { del, eventPath, get, post } from "../lib/api.js";
import { askDialog, clone, fill, find, show } from "../lib/dom.js";
import { say, sayError } from "../lib/notice.js";
import { linkRow } from "../forms/copy.js";
import { onSubmit, valueOf } from "../forms/form.js";

/**
 * @typedef {import("../lib/types.js").StaffRole} StaffRole
 * @typedef {{id: number, name: string, role: StaffRole, pseudonym: string, added_at: number,
 *   removed_at: number | null}} Member
 */

/** @type {Record<StaffRole, string>} */
const ROLES = { owner: "Owner", moderator: "Moderator", presenter: "Presenter", auditor: "Auditor" };

/** @param {string} slug @returns {(staff: Member[]) => void} shows who works on the event */
export function manageStaff(slug) {
  /** @param {readonly Member[]} staff */
  const showStaff = (staff) => {
    const here = staff.filter((member) => member.removed_at === null);
    const owners = here.filter((member) => member.role === "owner").length;
    find("#members").replaceChildren(
      ...here.map((member) => memberRow(member, member.role !== "owner" || owners > 1)),
    );
  };

  /** @param {Member} member @param {boolean} removable an event keeps at least one owner */
  const memberRow = (member, removable) => {
    const row = clone("member");
    const { name, pseudonym } = member;
    fill(row, { name, what: whatWords(member), link_for: ` for ${name}`, remove_whom: ` ${name}` });
    find("[data-action=link]", row).addEventListener("click", () => void renew(member));
    const removing = find("[data-action=remove]", row);
    show(removing, removable);
    removing.addEventListener("click", async () => {
      const answer = await askDialog("remove-dialog", { name, pseudonym });
      if (answer === "remove") await remove(member);
    });
    return row;
  };

  /** @param {Member} member */
  const renew = async (member) => {
    try {
      const { link } = await post(eventPath(slug, `/staff/${member.id}/link`));
      showLink(member.name, member.pseudonym, link);
    } catch (error) {
      sayError(error);
    }
  };

  /** @param {Member} member */
  const remove = async (member) => {
    try {
      await del(eventPath(slug, `/staff/${member.id}`));
      say(`${member.name} is no longer ${member.pseudonym}.`);
      await reload();
      find("#member-name").focus();
    } catch (error) {
      sayError(error);
    }
  };

  const reload = async () => showStaff((await get(eventPath(slug, "/settings"))).staff);

  const form = /** @type {HTMLFormElement} */ (find("#add-member"));
  onSubmit(form, async () => {
    const name = valueOf(form, "name");
    const added = await post(eventPath(slug, "/staff"), { name, role: valueOf(form, "role") });
    form.reset();
    showLink(name, added.pseudonym, added.link);
    await reload();
  });
  return showStaff;
}

/** @param {Member} member @returns {string} "Owner", "Moderator A" or, should they differ, both */
function whatWords({ role, pseudonym }) {
  return pseudonym.startsWith(ROLES[role]) ? pseudonym : `${ROLES[role]}, ${pseudonym}`;
}

/** @param {string} name @param {string} pseudonym @param {string} link */
function showLink(name, pseudonym, link) {
  const row = linkRow(name, pseudonym, link);
  find("#link-list").prepend(row);
  show(find("#link-list"), true);
  show(find("#link-note"), true);
  say(`Here is the sign-in link for ${name}.`);
  find("button", row).focus();
}
