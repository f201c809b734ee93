/**
 * The peer: a minimal Socket.IO server that does what is measured, and nothing else.
 *
 *   node peer.mjs PORT GAP_MS [BODY]
 *
 * Websockets only, one room, votes counted in memory (no disk, no log, no quota, no check of who
 * somebody is), acknowledged at once; the notice of what changed goes to everybody, at least GAP_MS
 * after the one before. GET anything else answers BODY, a file that is compressed already.
 */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { Server } from "socket.io";

const [port, gapMs, bodyFile] = process.argv.slice(2);
const body = bodyFile ? readFileSync(bodyFile) : Buffer.from("{}");
const votes = new Map();
const changed = new Set();
let lastMs = 0;
let timer = null;

const http = createServer((request, response) => {
  if (request.url === "/total") {
    let total = 0;
    for (const voters of votes.values()) total += voters.size;
    response.end(String(total));
    return;
  }
  response.setHeader("Content-Type", "application/json");
  response.setHeader("Content-Encoding", "gzip");
  response.end(body);
});
const io = new Server(http, { transports: ["websocket"], serveClient: false });

io.on("connection", (socket) => {
  socket.join("public");
  socket.on("vote", ({ n }, ack) => ack(count(n, socket.id, true)));
  socket.on("unvote", ({ n }, ack) => ack(count(n, socket.id, false)));
});

function count(n, voter, voted) {
  let voters = votes.get(n);
  if (!voters) votes.set(n, (voters = new Set()));
  if (voted) voters.add(voter);
  else voters.delete(voter);
  changed.add(n);
  timer ??= setTimeout(announce, Math.max(0, lastMs + Number(gapMs) - Date.now()));
  return { n, votes: voters.size, voted };
}

function announce() {
  timer = null;
  lastMs = Date.now();
  const tally = [...changed].map((n) => [n, votes.get(n).size]);
  changed.clear();
  io.to("public").emit("tally", { revision: 101, tally });
}

http.listen(Number(port), "127.0.0.1", 4096);
