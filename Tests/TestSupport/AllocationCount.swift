import CAllocations

/// The number of heap allocations `body` makes on this thread; nil where they cannot be counted (under a sanitizer).
///
/// Those inside OpenBLAS are left out: for small products on some processors it allocates its packing buffer itself.
public func allocations(during body: () throws -> Void) rethrows -> Int? {
  guard rl_counts_allocations() else { return nil }
  rl_ignore_allocations_of("libopenblas")
  let before = rl_allocations()
  try body()
  return Int(rl_allocations() - before)
}

/// The bytes of heap that `body` asks for on this thread, those freed again included; nil where they cannot be counted.
public func allocatedBytes(during body: () throws -> Void) rethrows -> Int? {
  guard rl_counts_allocations() else { return nil }
  rl_ignore_allocations_of("libopenblas")
  let before = rl_allocated_bytes()
  try body()
  return Int(rl_allocated_bytes() - before)
}
