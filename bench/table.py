"""``./run bench``: the server beside its peers, as a table. docs/performance.md explains it.

./run bench                    every row, in about a quarter of an hour on two quiet cores
./run bench fanout votes       only these
./run bench --small            all of it in a minute or two, to see that it works
"""

import argparse
import sys
import time

from bench import rows_live, rows_overload, rows_store
from bench.machine import Missing, described, load_average
from bench.result import SMALL, Line, Sizes, as_markdown

ROWS = {
    "fanout": rows_live.measure_fanout,
    "growth": rows_live.measure_growth,
    "load": rows_live.measure_load,
    "join": rows_live.measure_join,
    "storms": rows_live.measure_storms,
    "overload": rows_overload.measure_overload,
    "votes": rows_store.measure_votes,
    "questions": rows_store.measure_questions,
    "workers": rows_store.measure_workers,
}


def main(arguments):
    parser = argparse.ArgumentParser(
        prog="./run bench",
        description="Measure Fair Hearing beside Node's socket.io, Flask-SocketIO and a C loop.",
    )
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"of {', '.join(ROWS)}; else all")
    parser.add_argument("--small", action="store_true", help="see that it works, with few clients")
    chosen = parser.parse_args(arguments)
    unknown = [name for name in chosen.rows if name not in ROWS]
    if unknown:
        parser.error(f"there is no row {', '.join(unknown)}; there are {', '.join(ROWS)}")
    sizes = SMALL if chosen.small else Sizes()
    started_s = time.monotonic()
    lines, loads = [], [load_average()]
    for name in chosen.rows or ROWS:
        try:
            lines += ROWS[name](sizes, _say)
        except Missing as missing:
            lines.append(Line(name, f"not measured: {missing}"))
        except KeyboardInterrupt:  # Ctrl-C ends it early; what was measured is still shown
            lines.append(Line(name, "stopped"))
            break
        except RuntimeError as error:  # the other rows are still worth having
            lines.append(Line(name, f"failed: {' '.join(str(error).split())}", met=False))
        loads.append(load_average())
    print(f"{described()}\n")
    print(as_markdown(lines))
    minutes = (time.monotonic() - started_s) / 60
    print(f"\n{minutes:.1f} minutes. Load average before and after each: {', '.join(loads)};")
    print("about 2 is the bench itself, anything above is somebody else's work.")
    if chosen.small:
        print("\n--small shows that it works. Its figures mean nothing.")
    return 1 if any(line.ours.startswith("failed") for line in lines) else 0


def _say(line):
    print(f"  {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
