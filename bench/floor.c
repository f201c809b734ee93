/* The floor: the same notice to the same clients from a plain loop of send().
 *
 *   cc -O2 -o floor floor.c && floor PORT
 *
 * It shakes hands without computing the key, lets everybody in, acknowledges every vote and sends
 * one frame, made once, to everybody. It checks nothing, stores nothing and pings nobody, so nothing
 * that a server has to do beside sending is in its cost. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST = 1 << 16, EVENTS = 1024 };
static const char HELLO[] =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
static char shaken[MOST], listens[MOST];
static int highest;

static size_t frame(char *out, const char *text) {
    size_t n = strlen(text), head = n < 126 ? 2 : 4;
    out[0] = (char)0x81;
    if (n < 126) out[1] = n;
    else { out[1] = 126; out[2] = n >> 8; out[3] = n & 255; }
    memcpy(out + head, text, n);
    return head + n;
}

static void say(int fd, const char *text) {
    char out[512];
    send(fd, out, frame(out, text), MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void broadcast(const char *text) {
    char out[512];
    size_t n = frame(out, text);
    for (int fd = 0; fd <= highest; fd++)
        if (listens[fd]) send(fd, out, n, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void leave(int fd) {
    shaken[fd] = listens[fd] = 0;
    close(fd);
}

static void vote(int fd, const char *text) {
    char answer[256];
    unsigned id = 0, n = 0;
    sscanf(text + 2, "%u", &id);
    const char *given = strstr(text, "\"n\":");
    if (given) sscanf(given + 4, "%u", &n);
    snprintf(answer, sizeof answer, "43%u[{\"n\":%u,\"votes\":1,\"voted\":true}]", id, n);
    say(fd, answer);
    snprintf(answer, sizeof answer, "42[\"tally\",{\"revision\":101,\"tally\":[[%u,1]]}]", n);
    broadcast(answer);
}

static void readable(int fd) {
    unsigned char in[4096];
    ssize_t n = recv(fd, in, sizeof in - 1, MSG_DONTWAIT);
    if (n <= 0) {
        if (n == 0) leave(fd);
        return;
    }
    if (!shaken[fd]) {
        shaken[fd] = 1;
        send(fd, HELLO, sizeof HELLO - 1, MSG_NOSIGNAL);
        say(fd, "0{\"sid\":\"x\",\"upgrades\":[],\"pingTimeout\":20000,\"pingInterval\":25000}");
        return;
    }
    for (ssize_t at = 0; n - at >= 6;) { /* frames of this client are short and arrive whole */
        size_t size = in[at + 1] & 127, head = 2;
        if (size == 126) { size = in[at + 2] << 8 | in[at + 3]; head = 4; }
        unsigned char *mask = in + at + head;
        char text[1024] = {0};
        for (size_t i = 0; i < size && i < sizeof text - 1; i++) text[i] = mask[4 + i] ^ mask[i % 4];
        at += head + 4 + size;
        if (text[0] == '4' && text[1] == '0') { listens[fd] = 1; say(fd, "40{\"sid\":\"x\"}"); }
        else if (text[0] == '4' && text[1] == '2') vote(fd, text);
    }
}

int main(int argc, char **argv) {
    static struct epoll_event events[EVENTS];
    struct rlimit files;
    struct sockaddr_in here = {.sin_family = AF_INET};
    int yes = 1, door = socket(AF_INET, SOCK_STREAM, 0), loop = epoll_create1(0);
    if (argc != 2) return 2;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    here.sin_port = htons(atoi(argv[1]));
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(door, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(door, (void *)&here, sizeof here) || listen(door, 4096)) return perror("listen"), 1;
    struct epoll_event e = {.events = EPOLLIN, .data.fd = door};
    epoll_ctl(loop, EPOLL_CTL_ADD, door, &e);
    for (;;) {
        int n = epoll_wait(loop, events, EVENTS, -1);
        for (int i = 0; i < n; i++) {
            int fd = events[i].data.fd;
            if (fd != door) { readable(fd); continue; }
            if ((fd = accept(door, NULL, NULL)) < 0 || fd >= MOST) continue;
            setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
            if (fd > highest) highest = fd;
            struct epoll_event e = {.events = EPOLLIN, .data.fd = fd};
            epoll_ctl(loop, EPOLL_CTL_ADD, fd, &e);
        }
    }
}
