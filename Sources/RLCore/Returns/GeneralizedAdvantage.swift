/// Generalised advantage estimation over a segment (Schulman et al. 2016, equation 16).
///
/// δ_t = r_t + γ V(s_{t+1}) − V(s_t),  A_t = δ_t + γ λ A_{t+1}. A terminated step has no successor: V(s_{t+1}) is 0. A
/// truncated one takes V of its own final observation. Both cut the sum: A_{t+1} counts as 0.
///
/// - Parameters:
///   - rewards, values, endings: `[T, N]`
///   - finalValues: `[T, N]`, V(final observation), read where the ending is `.truncated`
///   - nextValues: `[N]`, V of the observations after the last step
///   - advantages, returns: `[T, N]`, overwritten; returns are advantages + values
func generalizedAdvantage(
  rewards: UnsafePointer<Float>, values: UnsafePointer<Float>, endings: UnsafePointer<Ending>,
  finalValues: UnsafePointer<Float>, nextValues: UnsafePointer<Float>, steps: Int, environmentCount: Int, gamma: Float,
  lambda: Float, advantages: UnsafeMutablePointer<Float>, returns: UnsafeMutablePointer<Float>
) {
  for copy in 0..<environmentCount {
    var next = nextValues[copy]
    var advantage: Float = 0
    for step in (0..<steps).reversed() {
      let i = step * environmentCount + copy
      switch endings[i] {
      case .none: break
      case .terminated: (next, advantage) = (0, 0)
      case .truncated: (next, advantage) = (finalValues[i], 0)
      }
      let delta = rewards[i] + gamma * next - values[i]
      advantage = delta + gamma * lambda * advantage
      advantages[i] = advantage
      returns[i] = advantage + values[i]
      next = values[i]
    }
  }
}
