// @ts-check
/** Questions like the one being typed: an upvote there may be what the reader wants. */

import { eventPath, post } from "../lib/api.js";
import { clone, field, find, part, setText, show } from "../lib/dom.js";
import { inThousands, some } from "../lib/numbers.js";

/** @typedef {import("../lib/types.js").Similar} Found */

const PAUSE_MS = 400;
const SHORTEST = 8;

export class SimilarQuestions {
  #slug;
  #root;
  #votes;
  /** @type {Found[]} */
  #found = [];
  #asked = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {string} slug @param {HTMLElement} root
   * @param {{has(n: number): boolean, toggle(n: number): void, count(n: number): number | undefined}} votes
   */
  constructor(slug, root, votes) {
    this.#slug = slug;
    this.#root = root;
    this.#votes = votes;
    root.addEventListener("click", (click) => {
      const button = click.target instanceof Element ? click.target.closest("[data-action=upvote]") : null;
      if (button instanceof HTMLElement) this.#votes.toggle(Number(button.dataset.n));
    });
  }

  /** @param {string} text what is in the field now */
  look(text) {
    clearTimeout(this.#timer);
    const words = text.trim();
    if (words.length < SHORTEST) {
      this.#asked = "";
      this.#show([]);
    } else if (words !== this.#asked) {
      this.#timer = setTimeout(() => void this.#fetch(words), PAUSE_MS);
    }
  }

  /** Show the votes as they are now. */
  update() {
    if (this.#found.length) this.#show(this.#found);
  }

  /** @param {ReadonlySet<number>} numbers of questions of which words are hidden */
  forget(numbers) {
    if (this.#found.some(({ n }) => numbers.has(n))) this.#show(this.#found.filter(({ n }) => !numbers.has(n)));
  }

  /** @param {string} words */
  async #fetch(words) {
    this.#asked = words;
    try {
      const answer = await post(eventPath(this.#slug, "/similar"), { text: words });
      if (this.#asked === words) this.#show(answer.similar);
    } catch {
      // a help, not a need: asking works without it
    }
  }

  /** @param {Found[]} found */
  #show(found) {
    const list = find("[data-part=similar-list]", this.#root);
    const same = found.map(({ n }) => n).join() === this.#found.map(({ n }) => n).join();
    this.#found = found;
    if (!same) list.replaceChildren(...found.map(() => clone("similar")));
    found.forEach((question, place) => this.#fill(/** @type {HTMLElement} */ (list.children[place]), question));
    show(this.#root, found.length > 0);
  }

  /** @param {HTMLElement} item @param {Found} question */
  #fill(item, question) {
    const votes = this.#votes.count(question.n) ?? question.votes;
    setText(field(item, "number"), `#${question.n}`);
    setText(field(item, "text"), question.text);
    setText(field(item, "votes"), inThousands(votes));
    setText(field(item, "vote_label"), `Upvote question ${question.n}, ${some(votes, "vote")}`);
    const button = find("button", item);
    button.dataset.n = String(question.n);
    button.setAttribute("aria-pressed", String(this.#votes.has(question.n)));
    const badge = part(item, "badges");
    if (badge && question.status === "filtered" && !badge.firstChild) {
      const template = /** @type {HTMLTemplateElement} */ (find("template#badges"));
      badge.append(document.importNode(find("[data-badge=filtered]", template.content), true));
    }
  }
}
