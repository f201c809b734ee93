// @ts-check
/**
 * The shapes that the API answers with. Types only: this module exports nothing at run time.
 *
 * @typedef {"pending" | "published" | "filtered" | "merged" | "withdrawn"} Status
 * @typedef {"draft" | "open" | "live" | "closed"} EventState
 * @typedef {"owner" | "moderator" | "presenter" | "auditor"} StaffRole
 *
 * @typedef {object} Decision
 * @property {number} seq
 * @property {"publish" | "filter" | "merge" | "restore" | "redact"} verdict
 * @property {string | null} reason
 * @property {string | null} reason_label
 * @property {string | null} explanation null once it is redacted
 * @property {string} by
 * @property {boolean} automated
 * @property {string | null} rule
 * @property {boolean} overdue
 * @property {number} at
 * @property {number} policy_version
 * @property {number | null} into the question merged into
 * @property {number | null} appeal the decision that it was appealed against
 *
 * @typedef {object} Hidden why words are hidden
 * @property {"redaction" | "erasure"} kind
 * @property {("text" | "name" | "explanation" | "answer" | "review")[]} what
 * @property {number | null} seq which explanation or answer, or of which decision the review
 * @property {number} spans how many parts; 0 for all of the words
 * @property {string} basis
 * @property {string} basis_label
 * @property {string} title such as "Words redacted in part: personal data"
 * @property {string | null} explanation
 * @property {string} by
 * @property {string | null} second
 * @property {number} at
 * @property {number} leaf_index
 *
 * @typedef {object} Proposal a redaction that waits for a second person
 * @property {number} id
 * @property {number} n
 * @property {"text" | "name" | "explanation" | "answer" | "review"} what
 * @property {number | null} seq
 * @property {[number, number][]} spans in code points; none for all of the words
 * @property {string} basis
 * @property {string} basis_label
 * @property {string} explanation
 * @property {string} by
 * @property {number} at
 *
 * @typedef {object} Flag
 * @property {string} rule
 * @property {string} explanation
 *
 * @typedef {object} Appeal
 * @property {number} seq
 * @property {"Author" | "Supporters"} by
 * @property {number} at
 * @property {number} due_at
 * @property {"upheld" | "overturned" | "void" | null} outcome
 * @property {boolean} overdue
 *
 * @typedef {object} SecondReview
 * @property {number} seq the decision that it is about
 * @property {"publish" | "filter"} verdict
 * @property {string | null} reason
 * @property {string | null} reason_label
 * @property {string | null} explanation null once it is redacted
 * @property {string} by
 * @property {number} at
 * @property {boolean} agrees
 * @property {number} leaf_index
 *
 * @typedef {object} Question
 * @property {number} n docket number
 * @property {Status} status
 * @property {string | null} text null while its words were never public
 * @property {number} text_version
 * @property {string | null} name
 * @property {boolean} anonymous
 * @property {string | null} language
 * @property {number} submitted_at
 * @property {number} due_at
 * @property {boolean} overdue
 * @property {boolean} undecided
 * @property {number} votes
 * @property {Flag[]} flags
 * @property {number} decision_count
 * @property {Decision | null} decision the one that stands
 * @property {boolean} live
 * @property {number | null} live_at
 * @property {boolean} next
 * @property {number | null} next_at
 * @property {number | null} answered_at
 * @property {string | null} answer_html
 * @property {"spoken" | "written" | null} answered_how
 * @property {number | null} withdrawn_at
 * @property {number | null} merged_into
 * @property {number[]} merged docket numbers merged into it
 * @property {number} support people behind it and what is merged into it, each counted once
 * @property {Hidden[]} hidden what was redacted or erased, oldest first
 * @property {Appeal | null} appeal the last one
 * @property {{seq: number, until: number, calls: number, needed: number} | null} appealable
 * @property {SecondReview[]} second_reviews
 * @property {number} leaf_index
 * @property {string} [source] desk only
 * @property {{n: number, text: string, score?: number}[]} [similar] desk only
 *
 * @typedef {object} Counts
 * @property {number} submitted
 * @property {number} pending
 * @property {number} published
 * @property {number} filtered
 * @property {number} merged
 * @property {number} withdrawn
 * @property {number} overdue
 * @property {number} answered
 * @property {number} undecided
 *
 * @typedef {object} EventView
 * @property {string} slug
 * @property {string} title
 * @property {EventState} state
 * @property {number | null} starts_at
 * @property {number | null} ends_at
 * @property {boolean} anonymous_allowed
 * @property {boolean} named_allowed
 * @property {{how: "open" | "tickets" | "provider", verified: boolean, electorate: number | null, used: number | null, at: string | null, words: string}} admission
 * @property {number} revision
 * @property {number} policy_version
 * @property {number | null} closed_at
 * @property {string} [join_url]
 * @property {Counts} counts
 * @property {Record<string, number>} limits
 * @property {string} origin
 * @property {string} vkey
 * @property {string} [promise_vkey]
 *
 * @typedef {object} Board
 * @property {number} revision
 * @property {number} since
 * @property {EventView} event
 * @property {Question[]} questions
 * @property {[number, number][]} tally docket number and votes
 * @property {[number, number][]} support docket number and people, of what others are merged into
 * @property {Proposal[]} [proposals] desk only: all that are open
 * @property {number} [reviews_waiting] desk only: decisions that wait for a second review
 *
 * @typedef {object} Me
 * @property {boolean} joined
 * @property {string} csrf
 * @property {StaffRole | null} role
 * @property {string | null} pseudonym
 * @property {number[]} votes docket numbers
 *
 * @typedef {object} Receipt
 * @property {number} n
 * @property {number} leaf_index
 * @property {string} leaf_hash
 * @property {string} leaf
 * @property {string} promise
 * @property {string} salt
 * @property {string} [name_salt]
 * @property {number} due_at
 * @property {Status} status
 *
 * @typedef {object} Similar
 * @property {number} n
 * @property {string} text
 * @property {number} votes
 * @property {Status} status
 */

export {};
