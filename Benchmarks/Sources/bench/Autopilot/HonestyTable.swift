import Foundation

/// A table about which an autopilot could easily say too much.
enum HonestyTable: String, CaseIterable {
  /// Two classes, one class in ten, and skewed numbers, which have been shuffled among the rows.
  case classes, uneven, numbers
  /// Two classes, shuffled, of so few rows that none are set aside.
  case few
  /// A column that is filled in after the target, of classes and of numbers.
  case leak
  case numberLeak = "number-leak"
  /// A tenth of the labels are the other one.
  case wrongLabels = "wrong-labels"

  /// Whether nothing can be learnt.
  var isShuffled: Bool {
    switch self {
    case .classes, .uneven, .numbers, .few: true
    case .leak, .numberLeak, .wrongLabels: false
    }
  }

  /// The column that gives the target away.
  static let leakingColumn = "closed"

  private var rows: Int {
    switch self {
    case .classes, .numbers, .leak, .numberLeak: 300
    case .few: 90
    case .uneven, .wrongLabels: 500
    }
  }

  /// The rows, and the numbers, from 1, of those whose label is wrong.
  func made(seed: UInt64) -> (csv: String, wrong: Set<Int>) {
    var random = Mutation(seed: seed)
    var (features, signals): ([String], [Int]) = ([], [])
    for _ in 0..<rows {
      let (x, z, kind) = (random.below(1_000), random.below(1_000), random.below(5))
      features.append("\(x),\(z),\(random.below(1_000)),\(random.below(1_000)),k\(kind)")
      signals.append(x + z / 2 + 100 * kind + random.below(self == .wrongLabels ? 100 : 600))
    }
    let limit = signals.sorted()[signals.count * (self == .uneven ? 9 : 5) / 10]
    var wrong: Set<Int> = []
    if self == .wrongLabels {
      while wrong.count < signals.count / 10 { wrong.insert(1 + random.below(signals.count)) }
    }
    var target = signals.enumerated().map { row, signal in
      switch self {
      case .numbers, .numberLeak: String(format: "%.2f", exp(Double(signal) / 400))
      default: (signal > limit) != wrong.contains(row + 1) ? "yes" : "no"
      }
    }
    if isShuffled {
      for last in stride(from: target.count - 1, to: 0, by: -1) { target.swapAt(last, random.below(last + 1)) }
    }
    let hasLeak = self == .leak || self == .numberLeak
    var lines = ["x,z,u,v,kind" + (hasLeak ? ",\(Self.leakingColumn)" : "") + ",y"]
    for (own, target) in zip(features, target) {
      var known = ""
      if self == .leak { known = ",\(target == "yes" ? "A\(random.below(3))" : "B\(random.below(3))")" }
      if self == .numberLeak {
        known = String(format: ",%.2f", 1.19 * Double(target)! + Double(random.below(100)) / 1_000)
      }
      lines.append(own + known + "," + target)
    }
    return (lines.joined(separator: "\n") + "\n", wrong)
  }
}
