#define _GNU_SOURCE
#include "CAffinity.h"
#include <sched.h>

int keep_on_core(int core) {
  cpu_set_t cores;
  if (sched_getaffinity(0, sizeof cores, &cores) != 0) return -1;
  if (core < 0)
    for (int i = 0; i < CPU_SETSIZE; i++)
      if (CPU_ISSET(i, &cores)) core = i;
  if (core < 0 || core >= CPU_SETSIZE || !CPU_ISSET(core, &cores)) return -1;
  CPU_ZERO(&cores);
  CPU_SET(core, &cores);
  return sched_setaffinity(0, sizeof cores, &cores) == 0 ? core : -1;
}
