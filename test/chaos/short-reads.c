/* Preloaded into a process: reads of regular files give less than was asked for, and one in SHORT_READS_EIO fails with EIO
   (0: none). Only files below the folder SHORT_READS_IN are meant: programs and settings are not the subject. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static __thread unsigned state;

static unsigned draw(void) {
  if (state == 0) {
    const char *seed = getenv("SHORT_READS_SEED");
    state = (seed ? (unsigned)atoi(seed) : 1u) ^ (unsigned)(size_t)&state;
    if (state == 0) state = 1;
  }
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state;
}

/* One letter per injection, appended to the file SHORT_READS_COUNT: s for a short read, E for EIO. */
static int tell(const char *letter) {
  const char *path = getenv("SHORT_READS_COUNT");
  int descriptor = path == NULL ? -1 : open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return 0;
  int written = write(descriptor, letter, 1) == 1;
  close(descriptor);
  return written;
}

/* The size to ask for, or 0 for EIO. */
static size_t shorter(int descriptor, size_t count) {
  struct stat status;
  char link[64], path[4096];
  const char *every = getenv("SHORT_READS_EIO");
  int failures = every ? atoi(every) : 0;
  const char *folder = getenv("SHORT_READS_IN");
  if (count < 2 || folder == NULL || fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) return count;
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return count;
  path[length] = 0;
  if (strncmp(path, folder, strlen(folder)) != 0) return count;
  if (failures > 0 && draw() % (unsigned)failures == 0) {
    tell("E");
    return 0;
  }
  size_t wanted = 1 + draw() % count;
  if (wanted < count) tell("s");
  return wanted;
}

#define INTERPOSE(name, offset_type)                                                     \
  ssize_t name(int descriptor, void *target, size_t count, offset_type offset) {         \
    static ssize_t (*real)(int, void *, size_t, offset_type);                            \
    if (real == NULL) real = (ssize_t (*)(int, void *, size_t, offset_type))dlsym(RTLD_NEXT, #name); \
    size_t wanted = shorter(descriptor, count);                                          \
    if (wanted == 0 && count > 0) {                                                      \
      errno = EIO;                                                                       \
      return -1;                                                                         \
    }                                                                                    \
    return real(descriptor, target, wanted, offset);                                     \
  }

INTERPOSE(pread, off_t)
INTERPOSE(pread64, off64_t)
