/* Many UDP sockets, read in whole batches, each datagram with the kernel's own stamp of its arrival (ADR 15). */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "values.h"

/* Datagrams of one batch. */
#define SLOTS 256
/* Room of one: the largest UDP datagram, and an odd number of cache lines, so that slots do not share cache sets. */
#define SLOT_BYTES (65536 + 320)
#define SLAB_BYTES ((size_t)SLOTS * SLOT_BYTES)
/* What is asked of one socket by one system call. */
#define READ_MAX 32
/* Per datagram in `heads`: socket, offset, length, sender, drops. */
#define HEAD_FIELDS 5
#define HEADS (SLOTS * HEAD_FIELDS + 1)
/* In `times`: wall clock, monotonic clock, uncertainty of the pair, then one stamp per datagram; all ms. */
#define TIME_FIELDS 3
#define TIMES (SLOTS + TIME_FIELDS)
/* Sockets of one receiver; a node has no more ports. */
#define SOCKETS_MAX 65536
#define CONTROL_BYTES 256

typedef union {
  struct sockaddr any;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
} Address;

typedef struct {
  int fd; /* -1: free */
  uint32_t drops;
  uint32_t sender; /* names the address that `from` holds; 0: none yet */
  Address from;
} Socket;

typedef struct {
  Socket *sockets;
  uint32_t room;
  uint32_t last_sender;
  uint32_t used; /* slots of the last batch that hold bytes */
  uint32_t lengths[SLOTS];
  uint8_t *slab; /* only for telling whether `vectors` still point into it */
  struct mmsghdr messages[SLOTS];
  struct iovec vectors[SLOTS];
  Address names[SLOTS];
  union {
    struct cmsghdr aligned;
    uint8_t bytes[CONTROL_BYTES];
  } controls[SLOTS];
} Receiver;

static const napi_type_tag receiver_tag = {0x7461636574726376ULL, 0x62617463682d3031ULL};

static const char *name_of(int error) {
  switch (error) {
    case EADDRINUSE: return "EADDRINUSE";
    case EADDRNOTAVAIL: return "EADDRNOTAVAIL";
    case EACCES: return "EACCES";
    case EMFILE: return "EMFILE";
    case ENFILE: return "ENFILE";
    case ENOBUFS: return "ENOBUFS";
    case ENOMEM: return "ENOMEM";
    case EAFNOSUPPORT: return "EAFNOSUPPORT";
    default: return "EIO";
  }
}

static void release(Receiver *receiver) {
  for (uint32_t number = 0; number < receiver->room; number += 1) {
    if (receiver->sockets[number].fd >= 0) close(receiver->sockets[number].fd);
  }
  free(receiver->sockets);
  free(receiver);
}

static void finalize(napi_env env, void *data, void *hint) {
  (void)env;
  (void)hint;
  release(data);
}

/* Arguments of a call; the first is the receiver. */
static Receiver *arguments(napi_env env, napi_callback_info info, size_t wanted, napi_value *values) {
  size_t count = wanted;
  bool is_ours = false;
  napi_valuetype type = napi_undefined;
  void *data = NULL;
  if (napi_get_cb_info(env, info, &count, values, NULL, NULL) != napi_ok || count < wanted ||
      napi_typeof(env, values[0], &type) != napi_ok || type != napi_external ||
      napi_check_object_type_tag(env, values[0], &receiver_tag, &is_ours) != napi_ok || !is_ours ||
      napi_get_value_external(env, values[0], &data) != napi_ok) {
    fail(env, "ERR_INVALID_ARG_TYPE", "not a receiver, or too few arguments");
    return NULL;
  }
  return data;
}

static Socket *socket_at(napi_env env, Receiver *receiver, napi_value value) {
  uint32_t number = 0;
  if (!whole(env, value, receiver->room, &number) || receiver->sockets[number].fd < 0) {
    fail(env, "ERR_SOCKET", "not an open socket");
    return NULL;
  }
  return &receiver->sockets[number];
}

static napi_value open_receiver(napi_env env, napi_callback_info info) {
  (void)info;
  Receiver *receiver = calloc(1, sizeof(Receiver));
  if (receiver == NULL) return fail(env, "ENOMEM", "no memory");
  napi_value value = NULL;
  if (napi_create_external(env, receiver, finalize, NULL, &value) != napi_ok) {
    release(receiver);
    return fail(env, "ERR_NAPI", "no receiver");
  }
  /* From here on the finalizer owns it. */
  if (napi_type_tag_object(env, value, &receiver_tag) != napi_ok) return fail(env, "ERR_NAPI", "no tag");
  return value;
}

/* A free place in the table, which grows as it must. */
static int64_t free_place(Receiver *receiver) {
  for (uint32_t number = 0; number < receiver->room; number += 1) {
    if (receiver->sockets[number].fd < 0) return number;
  }
  if (receiver->room >= SOCKETS_MAX) return -1;
  uint32_t room = receiver->room == 0 ? 64 : receiver->room * 2;
  Socket *sockets = realloc(receiver->sockets, room * sizeof(Socket));
  if (sockets == NULL) return -1;
  for (uint32_t number = receiver->room; number < room; number += 1) {
    memset(&sockets[number], 0, sizeof(Socket));
    sockets[number].fd = -1;
  }
  uint32_t place = receiver->room;
  receiver->sockets = sockets;
  receiver->room = room;
  return place;
}

static bool read_address(const char *text, uint16_t port, Address *address, socklen_t *length) {
  memset(address, 0, sizeof(*address));
  if (inet_pton(AF_INET, text, &address->v4.sin_addr) == 1) {
    address->v4.sin_family = AF_INET;
    address->v4.sin_port = htons(port);
    *length = sizeof(address->v4);
    return true;
  }
  if (inet_pton(AF_INET6, text, &address->v6.sin6_addr) == 1) {
    address->v6.sin6_family = AF_INET6;
    address->v6.sin6_port = htons(port);
    *length = sizeof(address->v6);
    return true;
  }
  return false;
}

/* Stamps and drop counts are what this receiver is for: a kernel that has none is not used. */
static int bound_socket(const Address *address, socklen_t length, int buffer_bytes) {
  int on = 1;
  int family = address->any.sa_family;
  int fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  /* The kernel may grant less room than was asked for. */
  (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer_bytes, sizeof(buffer_bytes));
  if (setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on)) == 0 &&
      setsockopt(fd, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof(on)) == 0 && bind(fd, &address->any, length) == 0) {
    return fd;
  }
  int error = errno;
  close(fd);
  errno = error;
  return -1;
}

/* bind(receiver, address, port, bufferBytes) -> socket number */
static napi_value bind_port(napi_env env, napi_callback_info info) {
  napi_value values[4];
  Receiver *receiver = arguments(env, info, 4, values);
  if (receiver == NULL) return NULL;
  char text[INET6_ADDRSTRLEN + 1];
  size_t copied = 0;
  uint32_t port = 0;
  uint32_t buffer_bytes = 0;
  Address address;
  socklen_t length = 0;
  if (napi_get_value_string_utf8(env, values[1], text, sizeof(text), &copied) != napi_ok || strlen(text) != copied ||
      !whole(env, values[2], 65536, &port) || !whole(env, values[3], 1 << 28, &buffer_bytes) ||
      !read_address(text, (uint16_t)port, &address, &length)) {
    return fail(env, "ERR_INVALID_ARG_VALUE", "an IP address, a port and a size are wanted");
  }
  int64_t place = free_place(receiver);
  if (place < 0) return fail(env, "ENFILE", "no more sockets");
  int fd = bound_socket(&address, length, (int)buffer_bytes);
  if (fd < 0) {
    const char *code = name_of(errno);
    return fail(env, code, code);
  }
  Socket *socket = &receiver->sockets[place];
  memset(socket, 0, sizeof(*socket));
  socket->fd = fd;
  return number_value(env, (double)place);
}

static napi_value port_of(napi_env env, napi_callback_info info) {
  napi_value values[2];
  Receiver *receiver = arguments(env, info, 2, values);
  Socket *socket = receiver == NULL ? NULL : socket_at(env, receiver, values[1]);
  if (socket == NULL) return NULL;
  Address address;
  socklen_t length = sizeof(address);
  if (getsockname(socket->fd, &address.any, &length) != 0) return fail(env, name_of(errno), "no name");
  uint16_t port = address.any.sa_family == AF_INET6 ? address.v6.sin6_port : address.v4.sin_port;
  return number_value(env, ntohs(port));
}

/* Datagrams that the kernel has dropped since the socket was bound, seen by a read or not. */
static napi_value drops_of(napi_env env, napi_callback_info info) {
  napi_value values[2];
  Receiver *receiver = arguments(env, info, 2, values);
  Socket *socket = receiver == NULL ? NULL : socket_at(env, receiver, values[1]);
  if (socket == NULL) return NULL;
  uint32_t facts[SK_MEMINFO_VARS] = {0};
  socklen_t length = sizeof(facts);
  if (getsockopt(socket->fd, SOL_SOCKET, SO_MEMINFO, facts, &length) == 0 &&
      length >= (SK_MEMINFO_DROPS + 1) * sizeof(uint32_t)) {
    return number_value(env, facts[SK_MEMINFO_DROPS]);
  }
  return number_value(env, socket->drops);
}

static napi_value close_port(napi_env env, napi_callback_info info) {
  napi_value values[2];
  Receiver *receiver = arguments(env, info, 2, values);
  Socket *socket = receiver == NULL ? NULL : socket_at(env, receiver, values[1]);
  if (socket == NULL) return NULL;
  close(socket->fd);
  socket->fd = -1;
  return NULL;
}

static double ms_of(const struct timespec *time) { return (double)time->tv_sec * 1e3 + (double)time->tv_nsec / 1e6; }

/* Both clocks as nearly at one moment as can be had: a thread may be held up between two readings. */
static void read_clocks(double *times) {
  double best = 1e9;
  for (int attempt = 0; attempt < 4 && best > 0.002; attempt += 1) {
    struct timespec before, wall, after;
    clock_gettime(CLOCK_MONOTONIC, &before);
    clock_gettime(CLOCK_REALTIME, &wall);
    clock_gettime(CLOCK_MONOTONIC, &after);
    double width = ms_of(&after) - ms_of(&before);
    if (width >= best) continue;
    best = width;
    times[0] = ms_of(&wall);
    times[1] = (ms_of(&after) + ms_of(&before)) / 2;
    times[2] = width;
  }
}

static void prepare(Receiver *receiver, uint8_t *slab, uint32_t from, uint32_t count) {
  if (receiver->slab != slab) {
    receiver->slab = slab;
    for (uint32_t slot = 0; slot < SLOTS; slot += 1) {
      receiver->vectors[slot].iov_base = slab + (size_t)slot * SLOT_BYTES;
      receiver->vectors[slot].iov_len = 65536;
    }
  }
  for (uint32_t slot = from; slot < from + count; slot += 1) {
    struct msghdr *head = &receiver->messages[slot].msg_hdr;
    head->msg_name = &receiver->names[slot];
    head->msg_namelen = sizeof(Address);
    head->msg_iov = &receiver->vectors[slot];
    head->msg_iovlen = 1;
    head->msg_control = receiver->controls[slot].bytes;
    head->msg_controllen = CONTROL_BYTES;
    head->msg_flags = 0;
  }
}

static bool is_same(const Address *a, const Address *b) {
  if (a->any.sa_family != b->any.sa_family) return false;
  if (a->any.sa_family == AF_INET) {
    return a->v4.sin_port == b->v4.sin_port && a->v4.sin_addr.s_addr == b->v4.sin_addr.s_addr;
  }
  return a->v6.sin6_port == b->v6.sin6_port && a->v6.sin6_scope_id == b->v6.sin6_scope_id &&
         memcmp(&a->v6.sin6_addr, &b->v6.sin6_addr, sizeof(a->v6.sin6_addr)) == 0;
}

/* One datagram's row. A stamp of zero says that the kernel gave none. */
static void describe(Receiver *receiver, uint32_t number, uint32_t slot, int32_t *heads, double *times) {
  Socket *socket = &receiver->sockets[number];
  struct msghdr *head = &receiver->messages[slot].msg_hdr;
  double stamp = 0;
  for (struct cmsghdr *part = CMSG_FIRSTHDR(head); part != NULL; part = CMSG_NXTHDR(head, part)) {
    if (part->cmsg_level != SOL_SOCKET) continue;
    if (part->cmsg_type == SO_TIMESTAMPNS && part->cmsg_len >= CMSG_LEN(sizeof(struct timespec))) {
      struct timespec at;
      memcpy(&at, CMSG_DATA(part), sizeof(at));
      stamp = ms_of(&at);
    } else if (part->cmsg_type == SO_RXQ_OVFL && part->cmsg_len >= CMSG_LEN(sizeof(uint32_t))) {
      memcpy(&socket->drops, CMSG_DATA(part), sizeof(uint32_t));
    }
  }
  if (socket->sender == 0 || !is_same(&socket->from, &receiver->names[slot])) {
    socket->from = receiver->names[slot];
    receiver->last_sender = receiver->last_sender % 0x7fffffff + 1;
    socket->sender = receiver->last_sender;
  }
  uint32_t length = receiver->messages[slot].msg_len;
  receiver->lengths[slot] = length;
  int32_t *row = heads + (size_t)slot * HEAD_FIELDS;
  row[0] = (int32_t)number;
  row[1] = (int32_t)((size_t)slot * SLOT_BYTES);
  row[2] = (int32_t)length;
  row[3] = (int32_t)socket->sender;
  row[4] = (int32_t)socket->drops;
  times[TIME_FIELDS + slot] = stamp;
}

/* Reads one socket until it is empty or `limit` slots are used. Returns whether it was found empty. */
static bool read_socket(Receiver *receiver, uint32_t number, uint32_t limit, int32_t *heads, double *times) {
  while (receiver->used < limit) {
    uint32_t wanted = limit - receiver->used;
    if (wanted > READ_MAX) wanted = READ_MAX;
    prepare(receiver, receiver->slab, receiver->used, wanted);
    int got = recvmmsg(receiver->sockets[number].fd, &receiver->messages[receiver->used], wanted, MSG_DONTWAIT, NULL);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return true;
    for (int at = 0; at < got; at += 1) describe(receiver, number, receiver->used + (uint32_t)at, heads, times);
    receiver->used += (uint32_t)got;
    if ((uint32_t)got < wanted) return true;
  }
  return false;
}

static void wipe_slab(Receiver *receiver, uint8_t *slab) {
  for (uint32_t slot = 0; slot < receiver->used; slot += 1) {
    memset(slab + (size_t)slot * SLOT_BYTES, 0, receiver->lengths[slot]);
  }
  receiver->used = 0;
}

/*
 * sweep(receiver, numbers, first, end, slab, heads, times) -> datagrams read
 * Reads the sockets numbers[first] to numbers[end - 1] until they are empty or the slab is full. The last element of
 * `heads` becomes the place of the first socket that was not found empty, or `end`.
 */
static napi_value sweep(napi_env env, napi_callback_info info) {
  napi_value values[7];
  Receiver *receiver = arguments(env, info, 7, values);
  if (receiver == NULL) return NULL;
  size_t listed = 0;
  uint32_t first = 0;
  uint32_t end = 0;
  const int32_t *numbers = array(env, values[1], napi_int32_array, 1, &listed);
  uint8_t *slab = array(env, values[4], napi_uint8_array, SLAB_BYTES, NULL);
  int32_t *heads = array(env, values[5], napi_int32_array, HEADS, NULL);
  double *times = array(env, values[6], napi_float64_array, TIMES, NULL);
  if (numbers == NULL || slab == NULL || heads == NULL || times == NULL ||
      !whole(env, values[2], (double)listed + 1, &first) || !whole(env, values[3], (double)listed + 1, &end) ||
      first > end) {
    return fail(env, "ERR_INVALID_ARG_VALUE", "socket numbers, their range, and three arrays are wanted");
  }
  wipe_slab(receiver, slab);
  prepare(receiver, slab, 0, 0);
  uint32_t at = first;
  for (; at < end && receiver->used < SLOTS; at += 1) {
    int32_t number = numbers[at];
    /* Closed a moment ago: nothing to read. */
    if (number < 0 || (uint32_t)number >= receiver->room || receiver->sockets[number].fd < 0) continue;
    if (!read_socket(receiver, (uint32_t)number, SLOTS, heads, times)) break;
  }
  heads[SLOTS * HEAD_FIELDS] = (int32_t)at;
  read_clocks(times);
  return number_value(env, receiver->used);
}

/* wipe(receiver, slab): overwrites what the last sweep read. */
static napi_value wipe(napi_env env, napi_callback_info info) {
  napi_value values[2];
  Receiver *receiver = arguments(env, info, 2, values);
  if (receiver == NULL) return NULL;
  uint8_t *slab = array(env, values[1], napi_uint8_array, SLAB_BYTES, NULL);
  if (slab == NULL) return fail(env, "ERR_INVALID_ARG_VALUE", "the slab is wanted");
  wipe_slab(receiver, slab);
  return NULL;
}

/* senderAt(receiver, slot) -> "port address" of a datagram of the last batch */
static napi_value sender_at(napi_env env, napi_callback_info info) {
  napi_value values[2];
  Receiver *receiver = arguments(env, info, 2, values);
  if (receiver == NULL) return NULL;
  uint32_t slot = 0;
  if (!whole(env, values[1], receiver->used, &slot)) return fail(env, "ERR_INVALID_ARG_VALUE", "not a datagram");
  const Address *from = &receiver->names[slot];
  char host[INET6_ADDRSTRLEN] = "";
  bool is_v6 = from->any.sa_family == AF_INET6;
  const void *bytes = is_v6 ? (const void *)&from->v6.sin6_addr : (const void *)&from->v4.sin_addr;
  uint16_t port = ntohs(is_v6 ? from->v6.sin6_port : from->v4.sin_port);
  if (inet_ntop(is_v6 ? AF_INET6 : AF_INET, bytes, host, sizeof(host)) == NULL) host[0] = 0;
  char text[INET6_ADDRSTRLEN + 16];
  int length = snprintf(text, sizeof(text), "%u %s", port, host);
  napi_value value = NULL;
  if (length < 0 || napi_create_string_utf8(env, text, (size_t)length, &value) != napi_ok) {
    return fail(env, "ERR_NAPI", "no text");
  }
  return value;
}

NAPI_MODULE_INIT() {
  const struct {
    const char *name;
    napi_callback call;
  } doors[] = {
      {"open", open_receiver}, {"bind", bind_port}, {"portOf", port_of}, {"dropsOf", drops_of},
      {"close", close_port},   {"sweep", sweep},    {"wipe", wipe},      {"senderAt", sender_at},
  };
  for (size_t door = 0; door < sizeof(doors) / sizeof(doors[0]); door += 1) {
    if (!add_door(env, exports, doors[door].name, doors[door].call)) return fail(env, "ERR_NAPI", "no module");
  }
  if (!add_sealer(env, exports) || !add_ears(env, exports)) return fail(env, "ERR_NAPI", "no module");
  const struct {
    const char *name;
    double value;
  } facts[] = {{"slots", SLOTS}, {"slabBytes", (double)SLAB_BYTES}, {"headFields", HEAD_FIELDS}, {"timeFields", TIME_FIELDS}};
  for (size_t fact = 0; fact < sizeof(facts) / sizeof(facts[0]); fact += 1) {
    napi_value value = number_value(env, facts[fact].value);
    if (value == NULL || napi_set_named_property(env, exports, facts[fact].name, value) != napi_ok) {
      return fail(env, "ERR_NAPI", "no module");
    }
  }
  return exports;
}
