/*
 * The floor: reads datagrams and does nothing with them. `bare-receiver COUNT epoll|sweep` prints its ports, one a line,
 * and an empty line; then, for each line of standard input, how many datagrams it has read and the seconds of CPU.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BATCH 32
#define EVENTS 256
#define SLICES 25
#define SLICE_MS 4

static struct mmsghdr messages[BATCH];
static struct iovec vectors[BATCH];
static uint8_t bytes[BATCH][2048];
static uint64_t received = 0;

static void read_all(int fd) {
  for (;;) {
    int got = recvmmsg(fd, messages, BATCH, MSG_DONTWAIT, NULL);
    if (got > 0) received += (uint64_t)got;
    if (got < BATCH) return;
  }
}

static void report(void) {
  struct rusage use;
  getrusage(RUSAGE_SELF, &use);
  double seconds = (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
                   (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
  printf("{\"received\":%llu,\"cpuSeconds\":%.3f}\n", (unsigned long long)received, seconds);
  fflush(stdout);
}

static int bound(void) {
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  int room = 256 * 1024;
  struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof(here);
  if (fd < 0) return -1;
  (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
  if (bind(fd, (struct sockaddr *)&here, sizeof(here)) != 0) return -1;
  if (getsockname(fd, (struct sockaddr *)&here, &length) != 0) return -1;
  printf("%u\n", ntohs(here.sin_port));
  return fd;
}

int main(int words, char **word) {
  if (words != 3) return 1;
  int count = atoi(word[1]);
  int is_sweep = strcmp(word[2], "sweep") == 0;
  int *sockets = calloc((size_t)count, sizeof(int));
  int set = epoll_create1(0);
  if (sockets == NULL || set < 0) return 1;
  for (int at = 0; at < count; at += 1) {
    sockets[at] = bound();
    if (sockets[at] < 0) return 1;
    struct epoll_event event = {.events = EPOLLIN, .data.fd = sockets[at]};
    if (!is_sweep && epoll_ctl(set, EPOLL_CTL_ADD, sockets[at], &event) != 0) return 1;
  }
  printf("\n");
  fflush(stdout);
  for (int at = 0; at < BATCH; at += 1) {
    vectors[at].iov_base = bytes[at];
    vectors[at].iov_len = sizeof(bytes[at]);
    messages[at].msg_hdr.msg_iov = &vectors[at];
    messages[at].msg_hdr.msg_iovlen = 1;
  }
  struct epoll_event input = {.events = EPOLLIN, .data.fd = STDIN_FILENO};
  if (epoll_ctl(set, EPOLL_CTL_ADD, STDIN_FILENO, &input) != 0) return 1;
  for (int slice = 0;; slice = (slice + 1) % SLICES) {
    struct epoll_event events[EVENTS];
    int ready = epoll_wait(set, events, EVENTS, is_sweep ? SLICE_MS : -1);
    for (int at = 0; at < ready; at += 1) {
      char line[64];
      if (events[at].data.fd != STDIN_FILENO) read_all(events[at].data.fd);
      else if (read(STDIN_FILENO, line, sizeof(line)) <= 0) return 0;
      else report();
    }
    if (!is_sweep) continue;
    for (int at = slice; at < count; at += SLICES) read_all(sockets[at]);
  }
}
