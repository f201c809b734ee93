"""The other peer: Flask-SocketIO on gevent as its documentation starts it, doing as ``peer.mjs``.

python bench/stock.py PORT GAP_MS
"""

from gevent import monkey

monkey.patch_all()

# ruff: noqa: E402 - nothing else may be imported before the standard library is patched
import sys
from collections import defaultdict

from flask import Flask, request
from flask_socketio import SocketIO, join_room

app = Flask(__name__)
socketio = SocketIO(app, async_mode="gevent", cors_allowed_origins="*")
votes = defaultdict(set)
changed = set()


@socketio.on("connect")
def connect(_auth):
    join_room("public")


@socketio.on("vote")
def vote(body):
    votes[body["n"]].add(request.sid)
    changed.add(body["n"])
    return {"n": body["n"], "votes": len(votes[body["n"]]), "voted": True}


@socketio.on("unvote")
def unvote(body):
    votes[body["n"]].discard(request.sid)
    changed.add(body["n"])
    return {"n": body["n"], "votes": len(votes[body["n"]]), "voted": False}


@app.get("/total")
def total():
    return str(sum(map(len, votes.values())))


def announce(gap_s):
    while True:
        socketio.sleep(gap_s)
        if changed:
            tally = [[n, len(votes[n])] for n in changed]
            changed.clear()
            socketio.emit("tally", {"revision": 101, "tally": tally}, to="public")


if __name__ == "__main__":
    socketio.start_background_task(announce, int(sys.argv[2]) / 1000)
    socketio.run(app, host="127.0.0.1", port=int(sys.argv[1]))
