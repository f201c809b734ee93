/* A crowd of browsers for the bench: many Socket.IO clients in one thread, driven from stdin.
 *
 *   cc -O2 -o client client.c
 *   client PORT ORIGIN AUTH COOKIES          AUTH: JSON sent with Socket.IO's connect
 *                                            COOKIES: a file with one Cookie header a line; the
 *                                            first connections get them and can vote
 * Commands, each answered by one line of JSON:
 *   connect N INFLIGHT [PATH]   open N connections, fetching PATH over HTTP before each
 *   pulse COUNT GAP_MS          one vote at a time; how long until everybody has heard of it
 *   load RATE SECONDS           votes on a schedule; lateness of the client counts as latency
 *   closed VOTERS SECONDS       each voter votes again as soon as its vote is acknowledged
 *   idle SECONDS, leave, quit
 * A voter votes for question 1, 2, … VOTABLE, and on the second round takes its votes back.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { VOTABLE = 40, SOURCES = 8, IN_BYTES = 1 << 16, RING = 1 << 20, EVENTS = 1024 };
enum state { CLOSED, FETCHING, SHAKING, OPENING, READY };

struct client {
    int fd;
    enum state state;
    int writable;       /* connect() has finished and the request is sent */
    unsigned char *rest; /* a frame that has not arrived whole */
    size_t rest_bytes;
    unsigned votes;     /* votes sent so far: says which question is next */
    uint64_t on;        /* a bit for each question that has this client's vote, as acknowledged */
    unsigned heard;     /* the last pulse whose tally arrived */
    unsigned tallies;   /* in this phase */
    long body_left;     /* of an HTTP answer; -1 while its head is read */
};

static struct client *clients;
static int total, ready, failed, again, voters, cut;
static char **cookies;
static const char *origin, *auth, *path;
static int port, loop_fd;
static unsigned char input[IN_BYTES];

/* Of the phase that runs. */
static double sent_at[RING];
static unsigned char about[RING]; /* the question */
struct times { double *ms; size_t count, room; };
static struct times late, late_no; /* from a vote to its acknowledgement, or to its refusal */
static unsigned next_id;
static long acks, refused, net, deliveries, body_bytes;
static unsigned pulse, pulse_heard;
static int closed_loop;
static double closed_until;

static double now_s(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static double cpu_s(void) {
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return u.ru_utime.tv_sec + u.ru_stime.tv_sec + (u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void give_up(const char *what) {
    perror(what);
    exit(1);
}

static void drop(struct client *c) {
    if (c->state == CLOSED) return;
    if (c->state == READY) { ready--; cut++; } else failed++;
    close(c->fd);
    free(c->rest);
    c->rest = NULL;
    c->rest_bytes = 0;
    c->state = CLOSED;
}

static void dial(struct client *c, enum state state) {
    int i = c - clients, yes = 1;
    struct sockaddr_in from = {.sin_family = AF_INET}, to = {.sin_family = AF_INET};
    from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + i % SOURCES);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons(port);
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (c->fd < 0) give_up("socket");
    setsockopt(c->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes);
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (bind(c->fd, (void *)&from, sizeof from) < 0) give_up("bind");
    if (connect(c->fd, (void *)&to, sizeof to) < 0 && errno != EINPROGRESS) give_up("connect");
    c->state = state;
    c->writable = 0;
    c->body_left = -1;
    struct epoll_event e = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = c};
    if (epoll_ctl(loop_fd, EPOLL_CTL_ADD, c->fd, &e) < 0) give_up("epoll_ctl");
}

static void send_all(struct client *c, const void *data, size_t bytes) {
    if (send(c->fd, data, bytes, MSG_NOSIGNAL) != (ssize_t)bytes) drop(c);
}

/* A masked text frame; the mask is 1 2 3 4, which is as good as any here. */
static void say(struct client *c, const char *text) {
    size_t n = strlen(text), head = n < 126 ? 2 : 4;
    unsigned char frame[1024];
    frame[0] = 0x81;
    if (n < 126) frame[1] = 0x80 | n;
    else { frame[1] = 0x80 | 126; frame[2] = n >> 8; frame[3] = n & 255; }
    for (int i = 0; i < 4; i++) frame[head + i] = i + 1;
    for (size_t i = 0; i < n; i++) frame[head + 4 + i] = text[i] ^ (i % 4 + 1);
    send_all(c, frame, head + 4 + n);
}

static void vote(struct client *c, double when) {
    char text[128];
    unsigned step = c->votes++, index = c - clients;
    unsigned n = (step + index * 7) % VOTABLE + 1, back = step / VOTABLE % 2;
    next_id++;
    sent_at[next_id % RING] = when;
    about[next_id % RING] = n;
    snprintf(text, sizeof text, "42%u[\"%s\",{\"n\":%u}]", next_id, back ? "unvote" : "vote", n);
    say(c, text);
}

static void note(struct times *t, double ms) {
    if (t->count == t->room) {
        t->room *= 2;
        t->ms = realloc(t->ms, t->room * sizeof *t->ms);
    }
    t->ms[t->count++] = ms;
}

static void acknowledged(struct client *c, const char *text, size_t n) {
    unsigned id = strtoul(text + 2, NULL, 10);
    int no = memmem(text, n, "\"error\"", 7) != NULL;
    if (no) refused++;
    else {
        int voted = memmem(text, n, "\"voted\":true", 12) || memmem(text, n, "\"voted\": true", 13);
        uint64_t bit = (uint64_t)1 << about[id % RING], was = c->on;
        acks++;
        c->on = voted ? was | bit : was & ~bit; /* what was refused before changed nothing */
        net += (c->on != was) * (voted ? 1 : -1);
    }
    note(no ? &late_no : &late, (now_s() - sent_at[id % RING]) * 1e3);
    if (closed_loop && now_s() < closed_until) vote(c, now_s());
}

static void message(struct client *c, char *text, size_t n) {
    if (n == 0) return;
    if (text[0] == '2') say(c, "3");
    else if (text[0] == '0') {
        char connect[512];
        snprintf(connect, sizeof connect, "40%s", auth);
        c->state = OPENING;
        say(c, connect);
    } else if (n > 1 && text[0] == '4' && text[1] == '0') {
        c->state = READY;
        ready++;
    } else if (n > 1 && text[0] == '4' && text[1] == '4') {
        fprintf(stderr, "refused: %.*s\n", (int)(n > 200 ? 200 : n), text);
        drop(c);
    } else if (n > 1 && text[0] == '4' && text[1] == '3') acknowledged(c, text, n);
    else if (n > 9 && memcmp(text, "42[\"tally\"", 10) == 0) {
        deliveries++;
        c->tallies++;
        if (c->heard != pulse) { c->heard = pulse; pulse_heard++; }
    }
}

/* Take whole frames from the front of data; returns how many bytes they were. */
static size_t frames(struct client *c, unsigned char *data, size_t n) {
    size_t at = 0;
    while (c->state != CLOSED && n - at >= 2) {
        size_t size = data[at + 1] & 127, head = 2;
        if (size == 126) {
            if (n - at < 4) break;
            size = data[at + 2] << 8 | data[at + 3];
            head = 4;
        } else if (size == 127) {
            if (n - at < 10) break;
            size = 0;
            for (int i = 0; i < 8; i++) size = size << 8 | data[at + 2 + i];
            head = 10;
        }
        if (n - at < head + size) break;
        if ((data[at] & 15) == 8) drop(c);
        else if ((data[at] & 15) == 1) message(c, (char *)data + at + head, size);
        at += head + size;
    }
    return at;
}

static size_t end_of_head(unsigned char *data, size_t n) {
    unsigned char *end = memmem(data, n, "\r\n\r\n", 4);
    return end ? end - data + 4 : 0;
}

static void redial(struct client *c) {
    close(c->fd);
    free(c->rest);
    c->rest = NULL;
    c->rest_bytes = 0;
    dial(c, SHAKING);
}

/* Take what there is of an HTTP answer; returns how many bytes were used. */
static size_t fetched(struct client *c, unsigned char *data, size_t n) {
    size_t used = 0;
    if (c->body_left < 0) {
        size_t head = end_of_head(data, n);
        if (!head) return 0;
        data[head - 2] = 0;
        char *length = strcasestr((char *)data, "content-length:");
        if (strncmp((char *)data + 9, "200", 3) || !length) { drop(c); return n; }
        c->body_left = atol(length + 15);
        body_bytes = c->body_left;
        used = head;
    }
    size_t body = n - used < (size_t)c->body_left ? n - used : (size_t)c->body_left;
    c->body_left -= body;
    if (c->body_left == 0) redial(c);
    return n;
}

static void consume(struct client *c, unsigned char *data, size_t n) {
    int fd = c->fd;
    size_t used = 0;
    if (c->state == FETCHING) used = fetched(c, data, n);
    else {
        if (c->state == SHAKING && c->body_left < 0) {
            used = end_of_head(data, n);
            if (used && memcmp(data, "HTTP/1.1 101", 12)) { drop(c); return; }
            if (used) c->body_left = 0; /* what follows is frames */
        }
        if (c->body_left == 0) used += frames(c, data + used, n - used);
    }
    if (c->state == CLOSED || c->fd != fd) return;
    unsigned char *rest = NULL;
    if (used < n) {
        rest = malloc(n - used);
        memcpy(rest, data + used, n - used);
    }
    free(c->rest);
    c->rest = rest;
    c->rest_bytes = n - used;
}

static void readable(struct client *c) {
    int fd = c->fd;
    while (c->state != CLOSED && c->fd == fd) {
        if (c->rest) memcpy(input, c->rest, c->rest_bytes);
        ssize_t n = recv(fd, input + c->rest_bytes, IN_BYTES - c->rest_bytes, 0);
        if (n < 0 && errno == EAGAIN) return;
        if (n <= 0) { drop(c); return; }
        int all = (size_t)n < IN_BYTES - c->rest_bytes;
        consume(c, input, c->rest_bytes + n);
        if (all) return; /* edge-triggered, but the socket was just emptied */
    }
}

static void request(struct client *c) {
    char text[2048];
    int i = c - clients;
    const char *cookie = i < voters ? cookies[i] : "";
    if (c->state == FETCHING)
        snprintf(text, sizeof text,
                 "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAccept-Encoding: gzip\r\n"
                 "Connection: close\r\n%s%s%s\r\n",
                 path, port, *cookie ? "Cookie: " : "", cookie, *cookie ? "\r\n" : "");
    else
        snprintf(text, sizeof text,
                 "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
                 "Connection: Upgrade\r\nUpgrade: websocket\r\nOrigin: %s\r\n"
                 "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                 "%s%s%s\r\n",
                 port, origin, *cookie ? "Cookie: " : "", cookie, *cookie ? "\r\n" : "");
    c->writable = 1;
    send_all(c, text, strlen(text));
}

/* Handle what happens within the next milliseconds; returns 1 when a command waits on stdin. */
static int turn(int wait_ms) {
    static struct epoll_event events[EVENTS];
    int command = 0, n = epoll_wait(loop_fd, events, EVENTS, wait_ms);
    for (int i = 0; i < n; i++) {
        struct client *c = events[i].data.ptr;
        if (!c) { command = 1; continue; }
        if (c->state == CLOSED) continue;
        if (!c->writable) {
            int error = 0;
            socklen_t size = sizeof error;
            getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size);
            if (error) { drop(c); continue; }
            if (events[i].events & EPOLLOUT) request(c);
        }
        if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) readable(c);
    }
    return command;
}

static int in_order(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Of sorted times. */
static double percentile(const struct times *t, double p) {
    return t->count ? t->ms[(size_t)(p * (t->count - 1) + 0.5)] : -1;
}

static void begin(void) {
    late.count = late_no.count = 0;
    acks = refused = net = deliveries = 0;
    cut = 0;
    for (int i = 0; i < total; i++) clients[i].tallies = 0;
}

static void report(const char *phase, double started, double cpu, long sent) {
    double s = now_s() - started;
    unsigned least = ~0u, most = 0;
    for (int i = 0; i < total; i++) {
        if (clients[i].state != READY) continue;
        if (clients[i].tallies < least) least = clients[i].tallies;
        if (clients[i].tallies > most) most = clients[i].tallies;
    }
    qsort(late.ms, late.count, sizeof *late.ms, in_order);
    qsort(late_no.ms, late_no.count, sizeof *late_no.ms, in_order);
    printf("{\"phase\":\"%s\",\"s\":%.3f,\"cpu_s\":%.3f,\"ready\":%d,\"failed\":%d,\"again\":%d,\"cut\":%d,"
           "\"sent\":%ld,\"acks\":%ld,\"refused\":%ld,\"net\":%ld,\"deliveries\":%ld,"
           "\"least\":%u,\"most\":%u,\"p50_ms\":%.2f,\"p95_ms\":%.2f,\"p99_ms\":%.2f,"
           "\"max_ms\":%.2f,\"refused_p95_ms\":%.2f,\"body_bytes\":%ld}\n",
           phase, s, cpu_s() - cpu, ready, failed, again, cut, sent, acks, refused, net, deliveries,
           ready ? least : 0, most, percentile(&late, .5), percentile(&late, .95),
           percentile(&late, .99), percentile(&late, 1), percentile(&late_no, .95), body_bytes);
    fflush(stdout);
}

/* A server that is behind drops some. A page would try again, so they do. */
static void dial_again(double until) {
    for (int tries = 0; failed && tries < 3; tries++) {
        again += failed;
        failed = 0;
        for (int i = 0; i < total; i++)
            if (clients[i].state == CLOSED) dial(&clients[i], path ? FETCHING : SHAKING);
        while (ready + failed < total && now_s() < until) turn(100);
    }
}

static void run_connect(int n, int inflight, const char *wanted) {
    double started = now_s(), cpu = cpu_s();
    begin();
    path = wanted;
    failed = again = 0;
    clients = realloc(clients, n * sizeof *clients);
    memset(clients, 0, n * sizeof *clients);
    total = n;
    ready = 0;
    for (int next = 0; ready + failed < n && now_s() - started < 30;) {
        while (next < n && next - ready - failed < inflight)
            dial(&clients[next++], path ? FETCHING : SHAKING);
        turn(100);
    }
    dial_again(started + 60);
    report("connect", started, cpu, n);
}

static void run_pulse(int count, int gap_ms) {
    double started = now_s(), cpu = cpu_s();
    double *last = calloc(count, sizeof *last);
    begin();
    for (int i = 0; i < count; i++) {
        double at = now_s();
        pulse++;
        pulse_heard = 0;
        vote(&clients[i % voters], at);
        while (pulse_heard < (unsigned)ready && now_s() - at < 5) turn(5);
        last[i] = (now_s() - at) * 1e3;
        while (now_s() - at < gap_ms / 1e3) turn(5);
    }
    late.count = 0; /* the acknowledgements' own times are not asked for here */
    for (int i = 0; i < count; i++) note(&late, last[i]);
    report("pulse", started, cpu, count);
    free(last);
}

static void drain(long sent) {
    double until = now_s() + 30;
    while (acks + refused < sent && now_s() < until) turn(5);
    until = now_s() + 0.6; /* the last tally */
    while (now_s() < until) turn(5);
}

static void run_load(double rate, double seconds) {
    double started = now_s(), cpu = cpu_s();
    long sent = 0;
    begin();
    while (now_s() - started < seconds) {
        long due = (now_s() - started) * rate;
        for (; sent < due; sent++) vote(&clients[sent % voters], started + sent / rate);
        turn(1);
    }
    double s = now_s() - started;
    drain(sent);
    report("load", now_s() - s, cpu, sent);
}

static void run_closed(int many, double seconds) {
    double started = now_s(), cpu = cpu_s();
    unsigned first = next_id;
    begin();
    closed_loop = 1;
    closed_until = started + seconds;
    for (int i = 0; i < many; i++) vote(&clients[i], now_s());
    while (now_s() < closed_until) turn(5);
    double s = now_s() - started;
    closed_loop = 0;
    drain(next_id - first);
    report("closed", now_s() - s, cpu, next_id - first);
}

static void run_idle(double seconds) {
    double started = now_s(), cpu = cpu_s();
    begin();
    while (now_s() - started < seconds) turn(20);
    report("idle", started, cpu, 0);
}

static void run_leave(void) {
    double started = now_s(), cpu = cpu_s();
    begin();
    for (int i = 0; i < total; i++) drop(&clients[i]);
    report("leave", started, cpu, 0);
}

static void read_cookies(const char *name) {
    char line[1024];
    FILE *file = fopen(name, "r");
    if (!file) give_up(name);
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = 0;
        cookies = realloc(cookies, (voters + 1) * sizeof *cookies);
        cookies[voters++] = strdup(line);
    }
    fclose(file);
}

int main(int argc, char **argv) {
    struct rlimit files;
    char line[512], wanted[256];
    int n, m;
    double x, y;
    if (argc != 5) return fprintf(stderr, "client PORT ORIGIN AUTH COOKIES\n"), 2;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    port = atoi(argv[1]);
    origin = argv[2];
    auth = argv[3];
    read_cookies(argv[4]);
    late.ms = malloc((late.room = 1 << 16) * sizeof *late.ms);
    late_no.ms = malloc((late_no.room = 1 << 16) * sizeof *late_no.ms);
    loop_fd = epoll_create1(0);
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = NULL};
    epoll_ctl(loop_fd, EPOLL_CTL_ADD, 0, &e);
    for (;;) {
        while (!turn(1000)) {}
        if (!fgets(line, sizeof line, stdin)) return 0;
        if (sscanf(line, "connect %d %d %255s", &n, &m, wanted) == 3) run_connect(n, m, wanted);
        else if (sscanf(line, "connect %d %d", &n, &m) == 2) run_connect(n, m, NULL);
        else if (sscanf(line, "pulse %d %d", &n, &m) == 2) run_pulse(n, m);
        else if (sscanf(line, "load %lf %lf", &x, &y) == 2) run_load(x, y);
        else if (sscanf(line, "closed %d %lf", &n, &y) == 2) run_closed(n, y);
        else if (sscanf(line, "idle %lf", &x) == 1) run_idle(x);
        else if (strncmp(line, "leave", 5) == 0) run_leave();
        else if (strncmp(line, "quit", 4) == 0) return 0;
        else fprintf(stderr, "unknown: %s", line), exit(2);
    }
}
