// The features of x86-64-v4: 512-bit vectors with fused multiply-add. Naming the architecture instead of its features
// would bring a tuning that prefers 256-bit vectors.
#if defined(__x86_64__)
#define TABLE rl_table_avx512
#define VARIANT "avx512"
#define HAS_32_WIDE_REGISTERS
#include "table.h"
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx2,fma,bmi,bmi2,f16c,lzcnt,movbe,popcnt"))), \
    apply_to = function)
#include "variant.h"
#pragma clang attribute pop
#endif
