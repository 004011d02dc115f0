import CKernels

/// One step of a batch of worlds: the numbers of `state` `[5, n]`, observations, rewards and endings after it.
private typealias Loop =
  @Sendable (
    UnsafeMutablePointer<Double>, UnsafePointer<Float>, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Double>,
    UnsafeMutablePointer<UInt8>, Int
  ) -> Void

private let loops: [(name: String, loop: Loop)] = [
  ("cart pole", { rl_cart_pole($0, $5, $1, $2, $3, $4, $5, 1, -1) }),
  ("mountain car", { rl_mountain_car($0, $5, $1, $2, $3, $4, $5, 0.01) }),
  ("continuous mountain car", { rl_mountain_car_continuous($0, $5, $1, $2, $3, $4, $5, 0.01) }),
  ("acrobot", { rl_acrobot($0, $5, $1, $2, $3, $4, $5) }),
  ("pendulum", { rl_pendulum($0, $5, $1, $2, $3, $4, $5, 9.81) }),
]

/// The bit patterns of all that 30 steps of `count` copies leave behind.
private func played(_ loop: Loop, count: Int) -> [UInt64] {
  var generator = Splitmix(state: 5)
  // Every third copy begins an episode: the third and the fifth number say so in some worlds.
  var state = (0..<5 * count).map { index in
    [2, 4].contains(index / count) ? (index % 3 == 0 ? 1.0 : 0) : (generator.unit() - 0.5) * 0.4
  }
  let actions = (0..<count).map { Float($0 % 2) }
  var observations = [Float](repeating: 0, count: 6 * count)
  var rewards = [Double](repeating: 0, count: count)
  var endings = [UInt8](repeating: 0, count: count)
  for _ in 0..<30 { loop(&state, actions, &observations, &rewards, &endings, count) }
  return state.map(\.bitPattern) + observations.map { UInt64($0.bitPattern) } + rewards.map(\.bitPattern)
    + endings.map(UInt64.init)
}

/// For a process of its own: the loops over worlds, and the sine and cosine they use, that give other bits with another
/// variant.
func variantDifferences() -> [String] {
  let all: [String] = ["baseline", "avx2", "avx512"]
  let variants = all.filter { rl_use_kernel_variant($0) != 0 }
  var x = (0..<20_000).map { Double($0 * $0 % 70_001) * 0.37 - 9000 }
  var (reference, first): ([[UInt64]], Bool) = ([], true)
  var differences: [String] = []
  for variant in variants {
    _ = rl_use_kernel_variant(variant)
    var (sine, cosine) = (x, x)
    rl_sine_cosine_double(&x, &sine, &cosine, x.count)
    let results = loops.map { played($0.loop, count: 53) } + [(sine + cosine).map(\.bitPattern)]
    if first { (reference, first) = (results, false) }
    for (name, (ours, theirs)) in zip(loops.map(\.name) + ["sine and cosine"], zip(results, reference))
    where ours != theirs {
      differences.append("\(name): \(variant) differs from \(variants[0])")
    }
  }
  return differences
}

/// Counting of steps and looks at actions, against plain loops.
func batchFailures() -> [String] {
  var failures: [String] = []
  for count in [1, 7, 8, 9, 16, 63, 64, 200] {
    var elapsed = (0..<count).map { $0 % 12 }
    var endings = (0..<count).map { UInt8($0 % 5 == 4 ? 1 : 0) }
    let expected = (0..<count).map { endings[$0] == 1 ? UInt8(1) : elapsed[$0] + 1 >= 12 ? 2 : 0 }
    let steps = elapsed.map { $0 + 1 }
    var ended = [Int32](repeating: -1, count: count)
    let number = rl_count_steps(&elapsed, 12, &endings, &ended, count)
    if elapsed != steps || endings != expected { failures.append("steps of \(count) copies are counted wrongly") }
    if ended[..<number] != ArraySlice((0..<Int32(count)).filter { expected[Int($0)] != 0 }) {
      failures.append("endings of \(count) copies are listed wrongly")
    }
  }
  for bad in [-1, 0.5, 3, .nan, .infinity, 1e30] as [Float] {
    for place in [0, 31, 32, 66] {
      var x = (0..<67).map { Float($0 % 3) }
      if rl_are_integers(x, 67, 0, 3) == 0 || rl_are_finite(x, 67) == 0 { failures.append("good actions are refused") }
      x[place] = bad
      if rl_are_integers(x, 67, 0, 3) != 0 || (rl_are_finite(x, 67) != 0) != bad.isFinite {
        failures.append("\(bad) at \(place) passes")
      }
    }
  }
  return failures
}
