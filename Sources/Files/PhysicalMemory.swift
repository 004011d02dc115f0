import Glibc

/// The machine's memory.
package enum PhysicalMemory {
  /// Half of it, in bytes.
  package static let half = max(1 << 28, sysconf(Int32(_SC_PHYS_PAGES)) / 2 * sysconf(Int32(_SC_PAGESIZE)))
}
