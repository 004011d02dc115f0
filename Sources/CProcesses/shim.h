#pragma once
// What Swift cannot call: `fork`, and Linux's handles of processes and memory that they share, for which older C libraries have
// no functions or hide them.
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// The headers have them only for those who ask for all of GNU's, which would make other types of Swift's.
int execvpe(const char *file, char *const words[], char *const environment[]);
int pipe2(int ends[2], int flags);
int syncfs(int descriptor);

/// Makes all that was written to the file system of an open folder survive a power loss; -1 with errno.
static inline int rl_sync_file_system(int descriptor) { return syncfs(descriptor); }

/// At most so many heaps: what one thread has used and given back others can have. To be called before there are threads.
static inline void rl_limit_heaps(int count) { mallopt(M_ARENA_MAX, count); }

/// A pipe that no other program inherits.
static inline int rl_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

/// A descriptor that stands for the process `pid` and for no later one of that number; -1 with errno.
static inline int rl_pidfd_open(int pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

/// A descriptor of memory without a name, closed in programs that are started; -1 with errno.
static inline int rl_memory_file(void) {
  const unsigned close_on_exec = 1u;
  return (int)syscall(SYS_memfd_create, "rlrun", close_on_exec);
}

/// Signals the process group that the process leads; before Linux 6.9 the process alone. -1 with errno.
static inline int rl_pidfd_signal_group(int pidfd, int number) {
  const unsigned process_group = 1u << 2;
  if (syscall(SYS_pidfd_send_signal, pidfd, number, 0, process_group) == 0) return 0;
  if (errno != EINVAL) return -1;
  return (int)syscall(SYS_pidfd_send_signal, pidfd, number, 0, 0u);
}

/// Starts a program, found along PATH, as the leader of a process group that ends when the calling thread does.
///
/// It reads nothing and writes to `output`; `bytes` limits its address space where it is not 0. Returns its number, or minus the
/// error number.
static inline int rl_start_dependent(const char *program, char *const words[], char *const environment[], int output,
                                     unsigned long bytes) {
  int report[2];
  if (rl_pipe(report) != 0) return -errno;
  const int parent = getpid();
  const int child = fork();
  if (child < 0) {
    const int code = errno;
    close(report[0]);
    close(report[1]);
    return -code;
  }
  if (child == 0) {
    // Only calls that are safe after a fork among threads.
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127);
    const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
    for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++) signal(signals[i], SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, 0);
    const int nowhere = open("/dev/null", O_RDONLY);
    dup2(nowhere, 0);
    dup2(output, 1);
    dup2(output, 2);
    if (bytes > 0) {
      const struct rlimit limit = {bytes, bytes};
      setrlimit(RLIMIT_AS, &limit);
    }
    execvpe(program, words, environment);
    const int code = errno;
    if (write(report[1], &code, sizeof code) < 0) _exit(126);
    _exit(127);
  }
  close(report[1]);
  int code = 0;
  const long got = read(report[0], &code, sizeof code);
  close(report[0]);
  if (got == (long)sizeof code) {
    // It has ended, and nobody else waits for it.
    while (waitpid(child, 0, 0) < 0 && errno == EINTR) {}
    return -code;
  }
  return child;
}
