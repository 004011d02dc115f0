#include "table.h"
#include <stdlib.h>
#include <string.h>

static const KernelTable *table = &rl_table_baseline;

static const KernelTable *available(const char *name) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  int avx512 = __builtin_cpu_supports("x86-64-v4"), avx2 = __builtin_cpu_supports("x86-64-v3");
  if (avx512 && (!name || !strcmp(name, "avx512"))) return &rl_table_avx512;
  if (avx2 && (!name || !strcmp(name, "avx2"))) return &rl_table_avx2;
#endif
  return !name || !strcmp(name, "baseline") ? &rl_table_baseline : NULL;
}

// Runs before main, so that no call pays for a check and no two threads race for the choice.
__attribute__((constructor)) static void choose(void) {
  const KernelTable *wished = available(getenv("RLRUN_KERNELS"));
  table = wished ? wished : available(NULL);
}

int rl_use_kernel_variant(const char *name) {
  const KernelTable *wished = available(name);
  if (wished) table = wished;
  return wished != NULL;
}

const char *rl_kernel_variant(void) { return table->name; }

#define KERNEL(result, name, parameters, arguments) \
  result name parameters { return table->name arguments; }
#include "kernels.h"
