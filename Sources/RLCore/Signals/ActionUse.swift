import Telemetry

/// Which actions an agent takes: `rollout/most_frequent_action` of numbered ones, the share of the most frequent one
/// (the greatest over the components), and `rollout/action_at_bound` of numbers, the share at or beyond their bounds.
struct ActionUse: Sendable, Codable {
  /// Choices of each component; empty for numbers.
  private let choices: [Int]
  /// How often each choice was taken, component by component.
  private var counts: [Int]
  private let low: [Float]
  private let high: [Float]
  private var atBound = 0
  private var rows = 0

  /// For actions as a policy gives them: counted from 0, or numbers between the environment's bounds; where `isScaled`,
  /// numbers in −1 … 1, which count as at their bounds from 0.99 on.
  init(_ space: Space, isScaled: Bool) {
    switch space {
    case .discrete(let count, _): choices = [count]
    case .multiDiscrete(let counts): choices = counts
    case .multiBinary(let count): choices = Array(repeating: 2, count: count)
    case .box, .tuple, .dict: choices = []
    }
    counts = Array(repeating: 0, count: choices.reduce(0, +))
    if case .box(let low, let high) = space {
      self.low = isScaled ? low.map { _ in -0.99 } : low
      self.high = isScaled ? high.map { _ in 0.99 } : high
    } else {
      (low, high) = ([], [])
    }
  }

  /// Takes in `actions [rows, A]`.
  mutating func take(_ actions: UnsafePointer<Float>, rows: Int) {
    self.rows += rows
    let (components, width) = (choices.count, low.count)
    for row in 0..<rows {
      var offset = 0
      for component in 0..<components {
        counts[offset + Int(actions[row * components + component])] += 1
        offset += choices[component]
      }
      for i in 0..<width {
        let action = actions[row * width + i]
        if action <= low[i] || action >= high[i] { atBound += 1 }
      }
    }
  }

  /// Records what was taken since the last report.
  mutating func report(step: Int, to sink: any MetricSink) {
    guard rows > 0 else { return }
    if !choices.isEmpty {
      let share = Double(counts.max() ?? 0) / Double(rows)
      sink.record(.rolloutMostFrequentAction, share, step: step)
    }
    if !low.isEmpty { sink.record(.rolloutActionAtBound, Double(atBound) / Double(rows * low.count), step: step) }
    (atBound, rows) = (0, 0)
    for index in counts.indices { counts[index] = 0 }
  }
}
