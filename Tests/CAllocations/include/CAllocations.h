#pragma once
#include <stdbool.h>
#include <stdint.h>

// Counts heap allocations by standing in for malloc and its kin in a test program.
// A C file because an interposed symbol must not itself need a runtime that allocates.

// Whether allocations are counted in this build: on glibc, without a sanitizer (which brings a malloc of its own).
bool rl_counts_allocations(void);
// The number of allocations of the calling thread so far.
uint64_t rl_allocations(void);
// The bytes that these asked for, whether they were freed or not.
uint64_t rl_allocated_bytes(void);
// Leaves out what a shared library allocates itself; `library` is a part of its file's name.
void rl_ignore_allocations_of(const char *library);
