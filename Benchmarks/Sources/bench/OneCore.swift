import CAffinity

/// Keeps this process on one core, the last one it may use where none is named, and returns its number.
func keepOnOneCore(_ core: Int32?) throws -> Int32 {
  let kept = keep_on_core(core ?? -1)
  guard kept >= 0 else {
    throw BenchmarkError("this process may not run on \(core.map { "core \($0)" } ?? "a core of its choice")")
  }
  return kept
}
