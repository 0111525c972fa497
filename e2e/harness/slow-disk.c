/* Loaded before a server that a test starts (LD_PRELOAD): syncs, and writes into spools, take as long as a file says. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/* How long each takes at most, in ms; the test writes it while the server runs. */
static volatile uint32_t *most_ms;
static __thread uint64_t state;

__attribute__((constructor)) static void find_file(void) {
  const char *path = getenv("SLOW_DISK_FILE");
  if (path == NULL) return;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  void *mapped = mmap(NULL, sizeof(uint32_t), PROT_READ, MAP_SHARED, fd, 0);
  close(fd);
  if (mapped != MAP_FAILED) most_ms = mapped;
}

static uint64_t any(void) {
  if (state == 0) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    state = ((uint64_t)now.tv_nsec << 20) ^ (uint64_t)(uintptr_t)&state ^ 0x9e3779b97f4a7c15ULL;
  }
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}

static void linger(void) {
  uint32_t most = most_ms == NULL ? 0 : *most_ms;
  if (most == 0) return;
  uint32_t ms = (uint32_t)(any() % most);
  struct timespec time = {ms / 1000, (long)(ms % 1000) * 1000000L};
  nanosleep(&time, NULL);
}

static int is_spool(int fd) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 6) return 0;
  path[length] = 0;
  return strcmp(path + length - 6, ".spool") == 0;
}

int fdatasync(int fd) {
  static int (*real)(int);
  if (real == NULL) real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  linger();
  return real(fd);
}

int fsync(int fd) {
  static int (*real)(int);
  if (real == NULL) real = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  linger();
  return real(fd);
}

ssize_t write(int fd, const void *bytes, size_t length) {
  static ssize_t (*real)(int, const void *, size_t);
  if (real == NULL) real = (ssize_t(*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
  if (most_ms != NULL && *most_ms != 0 && is_spool(fd)) {
    linger();
    /* Now and then only a part of it. */
    if (length > 1 && any() % 4 == 0) length = 1 + any() % (length - 1);
  }
  return real(fd, bytes, length);
}
