/// The indices of `steps` in ascending order of their steps; equal steps keep their order.
package func stableOrder(of steps: [Int]) -> [Int] {
  let isSorted = zip(steps, steps.dropFirst()).allSatisfy { $0 <= $1 }
  return isSorted ? Array(steps.indices) : steps.indices.sorted { (steps[$0], $0) < (steps[$1], $1) }
}
