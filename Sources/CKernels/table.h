#pragma once
// One table of function pointers per instruction set; dispatch.c chooses among them.
#include "CKernels.h"
#include <math.h>

typedef struct {
  const char *name;
#define KERNEL(result, name, parameters, arguments) result(*name) parameters;
#include "kernels.h"
#undef KERNEL
} KernelTable;

extern const KernelTable rl_table_baseline;
#if defined(__x86_64__)
extern const KernelTable rl_table_avx2, rl_table_avx512;
#endif
