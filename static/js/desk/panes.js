// @ts-check
/** At phone width one pane is shown at a time, and the browser's Back leads from the question to the queue. */

const wide = window.matchMedia("(min-width: 60rem)");

export class Panes {
  #page;
  #onQueue;

  /** @param {HTMLElement} page its data-pane says which pane is shown @param {() => void} onQueue back in the queue */
  constructor(page, onQueue) {
    this.#page = page;
    this.#onQueue = onQueue;
    window.addEventListener("popstate", () => this.#set(window.history.state?.hand ? "hand" : "queue"));
  }

  /** @returns {boolean} whether both panes are in sight */
  get both() {
    return wide.matches;
  }

  /** @returns {boolean} whether the question in hand is in sight */
  get handInSight() {
    return wide.matches || this.#page.dataset.pane === "hand";
  }

  /** Go to the question in hand. */
  showHand() {
    if (this.#page.dataset.pane === "hand") return;
    if (!wide.matches) window.history.pushState({ hand: true }, "");
    this.#set("hand");
  }

  /** Go back to the queue, as the browser's Back does. */
  back() {
    if (window.history.state?.hand) window.history.back();
    else this.#set("queue");
  }

  /** @param {"queue" | "hand"} pane */
  #set(pane) {
    this.#page.dataset.pane = pane;
    this.toTop();
    if (pane === "queue" && !wide.matches) this.#onQueue();
  }

  /** The next question begins at its top. */
  toTop() {
    if (!wide.matches) window.scrollTo(0, 0);
  }
}
