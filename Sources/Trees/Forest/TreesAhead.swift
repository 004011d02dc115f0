import Randomness
import Synchronization

/// Trees that threads grow together, each with a grower of its own.
final class TreesAhead: @unchecked Sendable {
  typealias Tree = (bag: [Double], grown: ForestGrower.Grown)

  /// What is to be grown, at most as many as there are growers. Nobody changes it while threads grow.
  var tasks: [(bag: [Double], generator: CounterGenerator)] = []
  var growers: [ForestGrower] = []
  /// Grown; the last is the next.
  var trees: [Tree] = []
  private let grown = Mutex<[Int: ForestGrower.Grown]>([:])

  /// What a thread does.
  func grow(_ part: Int) {
    guard part < tasks.count else { return }
    let tree = growers[part].grow(tasks[part].bag, tasks[part].generator)
    grown.withLock { $0[part] = tree }
  }

  /// Takes what all threads have grown.
  func collect() {
    let own = grown.withLock { own in
      defer { own = [:] }
      return own
    }
    trees = tasks.indices.reversed().map { (tasks[$0].bag, own[$0]!) }
  }
}
