"""The child of the workshop, ``python -m qa.exports.bench``: makes what it is told, one by one.

Most of what a first report costs is to get ready for it. So nothing is imported here but what
reading and making take, and nobody looks for garbage meanwhile: nearly all that is made is kept.
"""

import gc
import json
import select
import sys
from functools import lru_cache
from io import FileIO
from typing import BinaryIO, Final

IDLE_S: Final = 60


def work(jobs: FileIO, results: BinaryIO) -> None:
    """Do jobs until there is none for a while, or nobody is left to ask."""
    from qa.errors import QaError
    from qa.exports.formats import FORMATS, make_form
    from qa.exports.job import Job, decode_config
    from qa.report.value import Report
    from qa.services import reports, standing
    from qa.services.reading import open_reading
    from qa.services.topics import Wanted

    ctx = open_reading(decode_config(jobs.readline()))

    @lru_cache(maxsize=2)
    def report_of(slug: str, tree_size: int | None, topics: Wanted, _head: int) -> Report:
        return reports.build_report(ctx, slug, tree_size=tree_size, topics=topics)

    # Words may have been hidden since an old report was made, so it is kept for one length of log.
    while select.select([jobs], [], [], IDLE_S)[0] and (line := jobs.readline()):
        job = Job(**json.loads(line))
        try:
            stands = standing.read_standing(ctx, job.slug, standing.OPERATOR)
            if FORMATS[job.form].subject == "addendum":
                addendum = reports.build_addendum(ctx, job.slug, tree_size=job.tree_size)
                made, complete = make_form(job.form, addendum), True
            else:
                topics: Wanted = "wait" if job.wait_for_topics else "none"
                report = report_of(job.slug, job.tree_size, topics, stands.tree_size)
                made = make_form(job.form, report)
                complete = report.topics.status != "not_computed"
            head: dict[str, object] = {"bytes": len(made), "complete": complete}
        except QaError as error:
            made, head = b"", error.as_dict()
        results.write(json.dumps(head).encode() + b"\n" + made)
        results.flush()
        gc.collect()
    ctx.db.close()


if __name__ == "__main__":
    gc.disable()
    # What a library prints must not get between the bytes of an answer.
    answers, sys.stdout = sys.stdout, sys.stderr
    # Unbuffered: a line that a buffer holds already would not wake up select.
    with open(sys.stdin.fileno(), "rb", buffering=0) as jobs:  # noqa: PTH123 - a descriptor
        work(jobs, answers.buffer)
