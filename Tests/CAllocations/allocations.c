#define _GNU_SOURCE
#include "CAllocations.h"

#include <errno.h>
#include <link.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#endif

#if defined(__GLIBC__) && !defined(SANITIZED)

// Of this thread only, so that tests running beside one another do not count each other's.
static __thread uint64_t count __attribute__((tls_model("initial-exec")));
static __thread uint64_t bytes __attribute__((tls_model("initial-exec")));

// Where the library lies whose own allocations do not count.
static uintptr_t ignored_start, ignored_length;

static void count_call_from(void *caller, size_t size) {
  if ((uintptr_t)caller - ignored_start < ignored_length) return;
  count++;
  bytes += size;
}

// glibc's own allocator under its other names.
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t members, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

void *malloc(size_t size) {
  count_call_from(__builtin_return_address(0), size);
  return __libc_malloc(size);
}

void *calloc(size_t members, size_t size) {
  count_call_from(__builtin_return_address(0), members * size);
  return __libc_calloc(members, size);
}

void *realloc(void *block, size_t size) {
  count_call_from(__builtin_return_address(0), size);
  return __libc_realloc(block, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  count_call_from(__builtin_return_address(0), size);
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size) {
  if (alignment < sizeof(void *) || (alignment & (alignment - 1)) != 0) return EINVAL;
  count_call_from(__builtin_return_address(0), size);
  *block = __libc_memalign(alignment, size);
  return *block == NULL ? ENOMEM : 0;
}

static int find_library(struct dl_phdr_info *info, size_t size, void *name) {
  (void)size;
  if (!strstr(info->dlpi_name, name)) return 0;
  uintptr_t end = 0;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *part = &info->dlpi_phdr[i];
    if (part->p_type == PT_LOAD && part->p_vaddr + part->p_memsz > end) end = part->p_vaddr + part->p_memsz;
  }
  ignored_start = info->dlpi_addr;
  ignored_length = end;
  return 1;
}

void rl_ignore_allocations_of(const char *library) { dl_iterate_phdr(find_library, (void *)library); }
bool rl_counts_allocations(void) { return true; }
uint64_t rl_allocations(void) { return count; }
uint64_t rl_allocated_bytes(void) { return bytes; }

#else

void rl_ignore_allocations_of(const char *library) { (void)library; }
bool rl_counts_allocations(void) { return false; }
uint64_t rl_allocations(void) { return 0; }
uint64_t rl_allocated_bytes(void) { return 0; }

#endif
