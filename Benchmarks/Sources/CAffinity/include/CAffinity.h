#pragma once

// In C because <sched.h> shows these calls to GNU sources only, and Swift does not import it as one.

// Keeps the calling thread, and what it starts from now on, on one core: `core`, or with -1 the last one it may use
// (the first serves most interrupts). Returns that core, or -1 where the system refuses.
int keep_on_core(int core);
