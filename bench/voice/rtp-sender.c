/*
 * Sends G.711 to many ports, fifty packets a second each, evenly spread. Ports are read from standard input, one a line,
 * up to an empty line; the end of the input stops it. Each payload begins with its place and number.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PACKET_MS 20.0
#define BATCH 64
#define RTP_BYTES 172
#define PORTS_MAX 65536

static double now_ms(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return (double)at.tv_sec * 1e3 + (double)at.tv_nsec / 1e6;
}

static void put32(uint8_t *at, uint32_t number) {
  number = htonl(number);
  memcpy(at, &number, sizeof(number));
}

int main(void) {
  static struct sockaddr_in ports[PORTS_MAX];
  static uint8_t packets[BATCH][RTP_BYTES];
  static struct mmsghdr messages[BATCH];
  static struct iovec vectors[BATCH];
  char line[32];
  uint64_t count = 0;
  while (count < PORTS_MAX && fgets(line, sizeof(line), stdin) != NULL && line[0] != '\n') {
    ports[count].sin_family = AF_INET;
    ports[count].sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ports[count].sin_port = htons((uint16_t)atoi(line));
    count += 1;
  }
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  int room = 8 << 20;
  if (fd < 0 || count == 0) return 1;
  (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
  for (int at = 0; at < BATCH; at += 1) {
    memset(packets[at], 0xff, RTP_BYTES);
    vectors[at].iov_base = packets[at];
    vectors[at].iov_len = RTP_BYTES;
    messages[at].msg_hdr.msg_iov = &vectors[at];
    messages[at].msg_hdr.msg_iovlen = 1;
    messages[at].msg_hdr.msg_namelen = sizeof(struct sockaddr_in);
  }
  uint64_t sent = 0;
  uint64_t late = 0;
  double started = now_ms();
  struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
  while (poll(&input, 1, 1) == 0) {
    double now = now_ms() - started;
    uint64_t due = (uint64_t)(now / PACKET_MS * (double)count);
    while (sent < due) {
      unsigned batch = due - sent < BATCH ? (unsigned)(due - sent) : BATCH;
      if (now_ms() - started - (double)sent / (double)count * PACKET_MS > 2 * PACKET_MS) late += batch;
      for (unsigned at = 0; at < batch; at += 1) {
        uint32_t place = (uint32_t)((sent + at) % count);
        uint32_t number = (uint32_t)((sent + at) / count);
        uint8_t *packet = packets[at];
        packet[0] = 0x80;
        packet[1] = 0;
        packet[2] = (uint8_t)(number >> 8);
        packet[3] = (uint8_t)number;
        put32(packet + 4, number * 160);
        put32(packet + 8, place + 1);
        put32(packet + 12, place);
        put32(packet + 16, number);
        messages[at].msg_hdr.msg_name = &ports[place];
      }
      int done = sendmmsg(fd, messages, batch, 0);
      if (done > 0) sent += (uint64_t)done;
      else if (errno != EINTR && errno != ENOBUFS && errno != ECONNREFUSED) return 2;
    }
  }
  printf("{\"sentCount\":%llu,\"lateCount\":%llu}\n", (unsigned long long)sent, (unsigned long long)late);
  return 0;
}
