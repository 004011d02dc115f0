// x86-64-v3: 256-bit vectors with fused multiply-add.
#if defined(__x86_64__)
#define TABLE rl_table_avx2
#define VARIANT "avx2"
#include "table.h"
#pragma clang attribute push(__attribute__((target("arch=x86-64-v3"))), apply_to = function)
#include "variant.h"
#pragma clang attribute pop
#endif
