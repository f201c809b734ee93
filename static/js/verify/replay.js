// @ts-check
/**
 * What a log says, leaf by leaf: every question, its decisions and where it stands. The order is checked
 * on the way (docs/log-format.md, section 6); nothing that was read is ever read again.
 */

import { Disorder } from "./errors.js";

/**
 * @typedef {import("./leaf.js").Entry} Entry
 * @typedef {import("../lib/types.js").Status} Status
 *
 * @typedef {object} LoggedQuestion
 * @property {number} n
 * @property {Entry} asked
 * @property {number} leaf index of its first leaf
 * @property {number} textLeaf index of the leaf that commits to the words as they stand
 * @property {number} version of the words
 * @property {Status} status
 * @property {boolean} opened whether a decision has opened its words
 * @property {boolean} live
 * @property {number} into what it is merged into, 0 for nothing
 * @property {Status} before its status before it was merged
 * @property {Set<number>} merged docket numbers merged into it
 * @property {Entry | null} appeal the one that waits for a decision
 * @property {(Entry & {leaf: number})[]} decisions
 * @property {(Entry & {leaf: number, seq: number, verdict: string, by: string, reason?: string})[]} reviews
 * @property {(Entry & {leaf: number})[]} answers
 * @property {(Entry & {leaf: number})[]} redactions
 * @property {Set<string>} erased
 *
 * @typedef {object} Commitment
 * @property {number} leaf
 * @property {string} field as in docs/log-format.md, section 4
 * @property {string} value
 * @property {number | null} n
 * @property {number} seq number of the decision or answer, 0 for anything else
 * @property {string} what the words that it is about: another name than `field` only after a redaction
 */

/** @type {Record<string, Status>} */
const STATUS_AFTER = { publish: "published", filter: "filtered", restore: "pending", merge: "merged" };
/** What may still be logged when an event is over. */
const AFTER_CLOSE = new Set(["redaction", "erasure", "appeal", "decision", "staff.changed", "event.changed"]);
/** Of settings, what may still change then: who may read the report, and its topics. */
const CHANGED_AFTER_CLOSE = new Set(["report_audience", "report_from", "report_link", "report_topics"]);

/** @param {Entry} entry @returns {boolean} */
function mayFollowClose(entry) {
  if (entry.k === "event.changed") return entry.fields.every((/** @type {string} */ name) => CHANGED_AFTER_CLOSE.has(name));
  return AFTER_CLOSE.has(entry.k);
}

export class Replay {
  #slug;
  #origin;
  #size = 0;
  #latest = "";
  /** @type {Map<number, LoggedQuestion>} by docket number */
  questions = new Map();
  /** @type {Commitment[]} in the order of the log */
  commitments = [];
  /** @type {Map<number, Commitment[]>} by leaf */
  #commitmentsOf = new Map();
  /** @type {Map<number, string>} hash of each version of the policy */
  policies = new Map();
  /** @type {Map<number, number>} votes by docket number, as last logged */
  votes = new Map();
  /** @type {Entry | null} the totals, once the event is over */
  closed = null;
  titleLeaf = 0;
  decisions = 0;
  appeals = 0;
  reviews = 0;
  /** @type {Entry | null} who may take part, where that is not everybody with the link */
  admission = null;
  #forgotten = false;
  #open = false;

  /** @param {string} slug @param {string} origin of the event's log */
  constructor(slug, origin) {
    this.#slug = slug;
    this.#origin = origin;
  }

  /** @returns {Record<Status | "submitted" | "answered", number>} how many questions stand how */
  counts() {
    const counts = { submitted: 0, pending: 0, published: 0, filtered: 0, merged: 0, withdrawn: 0, answered: 0 };
    for (const { status, answers } of this.questions.values()) {
      counts.submitted += 1;
      counts[status] += 1;
      if (answers.length) counts.answered += 1;
    }
    return counts;
  }

  /** @param {Entry} entry the next leaf of the log @throws {Disorder} */
  append(entry) {
    const leaf = this.#size;
    if ((entry.k === "event.opened") !== (leaf === 0)) throw new Disorder("The log does not begin with its event.");
    if (entry.ev !== this.#slug) throw new Disorder(`It is about another event, ${entry.ev}.`);
    if (entry.t < this.#latest) throw new Disorder("It is older than the one before it.");
    if (this.closed && !mayFollowClose(entry)) throw new Disorder("It came after the end of the event.");
    this.#steps[entry.k]?.(entry, leaf);
    this.#latest = entry.t;
    this.#size += 1;
  }

  /** @type {Record<string, (entry: Entry, leaf: number) => void>} */
  #steps = {
    "event.opened": (entry, leaf) => {
      if (entry.origin !== this.#origin) throw new Disorder(`It opens another log, ${entry.origin}.`);
      this.#commit(leaf, "title", entry.title);
    },
    "event.state": () => {
      this.#open = true;
    },
    "event.changed": (entry, leaf) => {
      if (!entry.title) return;
      this.titleLeaf = leaf;
      this.#commit(leaf, "title", entry.title);
    },
    "policy.published": (entry) => {
      if (entry.version !== this.policies.size + 1) throw new Disorder("A version of the policy is left out.");
      this.policies.set(entry.version, entry.sha256);
    },
    "question.submitted": (entry, leaf) => this.#submit(entry, leaf),
    "question.revised": (entry, leaf) => this.#revise(entry, leaf),
    decision: (entry, leaf) => this.#decide(entry, leaf),
    appeal: (entry) => {
      const question = this.#present(entry);
      const last = question.decisions.at(-1);
      const possible = last?.seq === entry.seq && !last?.appeal && !question.appeal;
      if (!possible || !["filtered", "merged"].includes(question.status)) {
        throw new Disorder(`A decision on #${entry.n} is appealed that cannot be.`, entry);
      }
      question.appeal = entry;
      this.appeals += 1;
    },
    review: (entry, leaf) => this.#review(entry, leaf),
    redaction: (entry, leaf) => this.#redact(entry, leaf),
    erasure: (entry) => {
      const question = this.#known(entry);
      for (const what of entry.what) question.erased.add(what);
    },
    withdrawn: (entry) => {
      const question = this.#present(entry);
      this.#leave(question);
      // Its author takes no question of somebody else along.
      for (const n of [...question.merged]) {
        const other = this.#known({ ...entry, n });
        other.status = this.#leave(other);
        other.appeal = null;
      }
      question.status = "withdrawn";
      question.appeal = null;
    },
    live: (entry) => {
      this.#known(entry).live = entry.on;
    },
    answered: (entry, leaf) => {
      const question = this.#present(entry);
      question.live = false;
      question.answers.push({ ...entry, leaf });
      if (entry.answer) this.#commit(leaf, "answer", entry.answer, entry.n, question.answers.length);
    },
    "vote.snapshot": ({ from, counts }) => {
      for (const [place, count] of counts.entries()) this.votes.set(from + place, count);
    },
    admission: (entry) => this.#admit(entry),
    "admission.forgotten": (entry) => this.#forget(entry),
    "event.closed": (entry) => this.#close(entry),
    anchor: () => {
      throw new Disorder("It belongs into the registry.");
    },
  };

  /**
   * @param {number} leaf @param {string} field @param {string} value @param {number | null} [n]
   * @param {number} [seq] @param {string} [what]
   */
  #commit(leaf, field, value, n = null, seq = 0, what = field) {
    const commitment = { leaf, field, value, n, seq, what };
    this.commitments.push(commitment);
    const others = this.#commitmentsOf.get(leaf);
    if (others) others.push(commitment);
    else this.#commitmentsOf.set(leaf, [commitment]);
  }

  /** @param {number} leaf @returns {readonly Commitment[]} */
  commitmentsOf(leaf) {
    return this.#commitmentsOf.get(leaf) ?? [];
  }

  /** @param {Entry} entry @param {number} leaf */
  #submit(entry, leaf) {
    const { n } = entry;
    const next = this.questions.size + 1;
    if (n !== next) throw new Disorder(`Docket number ${next} is left out: #${n} comes in its place.`, { n: next });
    this.questions.set(n, {
      n,
      asked: entry,
      leaf,
      textLeaf: leaf,
      version: 1,
      status: "pending",
      opened: false,
      live: false,
      into: 0,
      before: "pending",
      merged: new Set(),
      appeal: null,
      decisions: [],
      reviews: [],
      answers: [],
      redactions: [],
      erased: new Set(),
    });
    this.#commit(leaf, "text", entry.text, n);
    if (entry.name) this.#commit(leaf, "name", entry.name, n);
  }

  /** @param {Entry} entry @param {number} leaf */
  #revise(entry, leaf) {
    const question = this.#present(entry);
    if (question.decisions.length) throw new Disorder(`The words of #${entry.n} were changed after a decision.`, entry);
    question.version += 1;
    if (entry.version !== question.version) throw new Disorder(`A wording of #${entry.n} is left out.`, entry);
    question.textLeaf = leaf;
    this.#commit(leaf, "text", entry.text, entry.n);
  }

  /** @param {Entry} entry @param {number} leaf */
  #decide(entry, leaf) {
    const question = this.#present(entry);
    const { n, seq, sup, late, policy, verdict, into } = entry;
    const before = question.decisions.length;
    if (seq !== before + 1) throw new Disorder(`Decision ${before + 1} on #${n} is left out.`, entry);
    if ((sup ?? 0) !== before) throw new Disorder(`Decision ${seq} on #${n} does not say what it replaces.`, entry);
    if (!this.policies.has(policy)) throw new Disorder(`A decision on #${n} names a policy that is not logged.`, entry);
    // Both times are to the minute: in the minute of the deadline, either is possible.
    this.#answer(question, entry);
    const { due } = question.appeal ?? question.asked;
    const wrong = before > 0 && !question.appeal ? late : entry.t > due ? !late : entry.t < due && late;
    if (wrong) throw new Disorder(`A decision on #${n} is wrong about the deadline.`, entry);
    question.appeal = null;
    question.decisions.push({ ...entry, leaf });
    if (question.merged.size) throw new Disorder(`Others are merged into #${n}, so it stood.`, entry);
    const was = question.status;
    const isGrouping = verdict === "merge" && was !== "merged";
    const unmerged = this.#leave(question);
    question.status = (was === "merged" && verdict === "restore" ? unmerged : STATUS_AFTER[verdict]) ?? was;
    if (this.closed && (!entry.appeal || question.status === "pending" || isGrouping)) {
      throw new Disorder(`A decision on #${n} came after the end of the event.`, entry);
    }
    if (into) this.#merge(question, was === "merged" ? unmerged : was, into, entry);
    question.opened ||= question.status !== "pending" && !entry.held;
    this.decisions += 1;
    this.#commit(leaf, "explanation", entry.expl, n, seq);
  }

  /** An appeal is decided next, and by somebody else. @param {LoggedQuestion} question @param {Entry} entry */
  #answer({ n, appeal: open, decisions }, { appeal = 0, by }) {
    if (appeal !== (open?.seq ?? 0)) throw new Disorder(`A decision on #${n} is wrong about an appeal.`, { n });
    if (open && decisions.at(-1)?.by === by) throw new Disorder(`${by} decided on an appeal against their own decision on #${n}.`, { n });
  }

  /** Somebody who has not decided on a question says, once, what they would have. @param {Entry} entry @param {number} leaf */
  #review(entry, leaf) {
    const { decisions, reviews } = this.#present(entry);
    const { n, seq, by, policy } = entry;
    const decision = decisions[seq - 1];
    const reviewable = ["publish", "filter"].includes(decision?.verdict) && !decision?.appeal;
    if (!reviewable || reviews.some((review) => review.seq === seq)) {
      throw new Disorder(`A decision on #${n} is reviewed that cannot be.`, entry);
    }
    if (decisions.some((each) => each.by === by)) throw new Disorder(`${by} reviewed #${n}, on which they have decided.`, entry);
    if (!this.policies.has(policy)) throw new Disorder(`A review of #${n} names a policy that is not logged.`, entry);
    reviews.push({ ...entry, leaf, seq, verdict: entry.verdict, by, reason: entry.reason });
    this.reviews += 1;
    this.#commit(leaf, "explanation", entry.expl, n, seq, "review");
  }

  /** @param {LoggedQuestion} question @param {Status} was @param {number} into @param {Entry} entry */
  #merge(question, was, into, entry) {
    const target = this.questions.get(into);
    if (target === question || target?.status !== "published") {
      throw new Disorder(`#${question.n} is merged into #${into}, which was not shown.`, entry);
    }
    question.into = into;
    question.before = was;
    target.merged.add(question.n);
  }

  /** @param {LoggedQuestion} question leaves the group that it is merged into @returns {Status} what it was before */
  #leave(question) {
    this.questions.get(question.into)?.merged.delete(question.n);
    question.into = 0;
    return question.before;
  }

  /** @param {Entry} entry @param {number} leaf */
  #redact(entry, leaf) {
    const question = this.#known(entry);
    question.redactions.push({ ...entry, leaf });
    this.#commit(leaf, "explanation", entry.expl, entry.n);
    if (entry.shown) this.#commit(leaf, "redacted", entry.shown, entry.n, entry.seq, entry.what);
  }

  /** @param {Entry} entry */
  #admit(entry) {
    const { how, issuer } = this.admission ?? { how: "open", issuer: undefined };
    if (this.#forgotten || (this.#open && (entry.how !== how || entry.issuer !== issuer))) throw new Disorder("Who may take part was changed too late.");
    if (this.#open && entry.size < (this.admission?.size ?? 0)) throw new Disorder("Tickets that were sent are not counted any more.");
    this.admission = entry;
  }

  /** @returns {boolean} whether a ticket or a sign-in lets each person in once */
  get #isChecked() {
    return this.admission !== null && this.admission.how !== "open";
  }

  /** @param {Entry} entry */
  #forget({ size, used }) {
    const sent = this.admission?.how === "tickets" ? this.admission.size : undefined;
    if (this.#forgotten || !this.#isChecked || size !== sent) throw new Disorder(`It says that ${size ?? "no"} tickets were sent.`);
    const most = Math.max(0, ...this.votes.values());
    if (most > used) throw new Disorder(`A question has ${most} votes, and ${used} people were let in.`);
    this.#forgotten = true;
  }

  /** @param {Entry} entry */
  #close(entry) {
    if (this.#isChecked && !this.#forgotten) throw new Disorder("It does not say how many people were let in.");
    const { pending, ...counts } = this.counts();
    const found = { ...counts, undecided: pending, decisions: this.decisions, appeals: this.appeals, reviews: this.reviews };
    for (const [name, count] of Object.entries(found)) {
      if (entry[name] !== count) throw new Disorder(`It counts ${entry[name]} ${name}, and the entries before it ${count}.`);
    }
    // What was filtered and held back is public from the end on.
    for (const question of this.questions.values()) question.opened ||= question.status === "filtered";
    this.closed = entry;
  }

  /** @param {Entry} entry @returns {LoggedQuestion} */
  #known(entry) {
    const question = this.questions.get(entry.n);
    if (!question) throw new Disorder(`It is about #${entry.n}, which nobody has asked yet.`, entry);
    return question;
  }

  /** @param {Entry} entry @returns {LoggedQuestion} */
  #present(entry) {
    const question = this.#known(entry);
    if (question.status === "withdrawn") throw new Disorder(`Something happens to #${entry.n} after it was withdrawn.`, entry);
    return question;
  }
}
