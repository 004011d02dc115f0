import Foundation
import Randomness

/// A table to fit models to, as a CSV file: features that are normal, a target that depends on them.
struct SyntheticTable: Sendable, Hashable {
  enum Target: String, Sendable {
    case classes, number
    /// The class is whether two features have the same sign, the number is their product: no line tells anything of either.
    case parity, product
    /// A class of a quarter of the rows that hardly differs from the other.
    case faint
    /// A class of a quarter of the rows that most rows of the other differ from.
    case uneven
    /// A number that one feature says nearly all of.
    case dominated
  }

  var target: Target
  var rows = 600
  var features = 8
  var seed: UInt64
  /// The share of rows whose target is that of another row.
  var mislabelled = 0.0
  /// The share of rows that are copies of other rows.
  var repeated = 0.0
  /// Whether one more column is made of the target.
  var hasLeak = false
  /// By how many standard deviations the target moves from the first row to the last, whose number is a column more; nil
  /// without that column.
  var drift: Double?

  var fileName: String {
    "\(target.rawValue)-\(rows)x\(features)-\(seed)-m\(mislabelled)-r\(repeated)-\(hasLeak)-\(drift ?? 0).csv"
  }

  func write(to path: String) throws {
    var generator = CounterGenerator(SeedSequence(seed))
    let centres = (0..<3).map { _ in (0..<features).map { _ in 1.6 * Double(generator.normal()) } }
    let weights = (0..<features).map { _ in Double(generator.normal()) }
    var table: [(x: [Double], y: String)] = (0..<rows).map { _ in
      let noise = (0..<features).map { _ in Double(generator.normal()) }
      switch target {
      case .classes:
        let label = Int(generator.uniformDouble() * 3)
        return (zip(noise, centres[label]).map { $0 + $1 }, "c\(label)")
      case .number:
        let linear = zip(noise, weights).reduce(0) { $0 + $1.0 * $1.1 }
        return (noise, String(linear + sin(2 * noise[0]) + 0.1 * Double(generator.normal())))
      case .parity: return (noise, noise[0] * noise[1] > 0 ? "same" : "other")
      case .product: return (noise, String(noise[0] * noise[1]))
      case .faint, .uneven:
        let isRare = generator.uniformDouble() < 0.25
        return ([noise[0] + (isRare ? target == .faint ? 0.3 : 2 : 0)] + noise.dropFirst(), isRare ? "rare" : "usual")
      case .dominated: return (noise, String(5 * noise[0] + noise[1] + 0.8 * Double(generator.normal())))
      }
    }
    let labels = table.map(\.y)
    for row in table.indices where generator.uniformDouble() < mislabelled {
      table[row].y = labels[Int(generator.uniformDouble() * Double(rows))]
    }
    for row in table.indices where generator.uniformDouble() < repeated {
      table[row] = table[Int(generator.uniformDouble() * Double(rows))]
    }
    var header = (0..<features).map { "x\($0)" } + ["y"]
    if hasLeak {
      header.insert("z", at: 0)
      let places = Dictionary(uniqueKeysWithValues: Set(labels).sorted().enumerated().map { ($1, Double($0)) })
      for row in table.indices {
        let value = Double(table[row].y) ?? places[table[row].y] ?? 0
        table[row].x.insert(value + 0.01 * Double(generator.normal()), at: 0)
      }
    }
    if let drift {
      header.insert("t", at: 0)
      for row in table.indices {
        let place = Double(row) / Double(rows)
        table[row].x.insert(Double(row), at: 0)
        if let number = Double(table[row].y) {
          table[row].y = String(number + drift * place * 2)
        } else if generator.uniformDouble() < drift * place / 4 {
          table[row].y = "c0"
        }
      }
    }
    let lines = table.map { ($0.x.map { String($0) } + [$0.y]).joined(separator: ",") }
    try ([header.joined(separator: ",")] + lines + [""]).joined(separator: "\n")
      .write(toFile: path, atomically: true, encoding: .utf8)
  }
}
