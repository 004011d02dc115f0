// Whatever the compiler assumes by default: SSE2 on x86-64, NEON on arm64.
#define TABLE rl_table_baseline
#define VARIANT "baseline"
#include "variant.h"
