#pragma once
// Linux's handles of processes, for which older C libraries have no functions and Swift cannot call `syscall`.
#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

/// A descriptor that stands for the process `pid` and for no later one of that number; -1 with errno.
static inline int rl_pidfd_open(int pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

/// Signals the process group that the process leads; before Linux 6.9 the process alone. -1 with errno.
static inline int rl_pidfd_signal_group(int pidfd, int number) {
  const unsigned process_group = 1u << 2;
  if (syscall(SYS_pidfd_send_signal, pidfd, number, 0, process_group) == 0) return 0;
  if (errno != EINVAL) return -1;
  return (int)syscall(SYS_pidfd_send_signal, pidfd, number, 0, 0u);
}
