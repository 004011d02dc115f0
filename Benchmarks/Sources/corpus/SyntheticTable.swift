import Foundation
import Randomness

/// A table to fit models to, as a CSV file: features that are normal, a target that depends on them.
struct SyntheticTable: Sendable, Hashable {
  enum Target: String, Sendable {
    case classes, number
    /// Classes by the sign of the product of two features, and that product: nothing that a straight line could tell.
    case exclusiveOr = "exclusive-or"
    case product

    var features: Int { self == .exclusiveOr || self == .product ? 2 : 8 }
  }

  var target: Target
  var rows = 600
  var features: Int { target.features }
  var seed: UInt64
  /// The share of rows whose target is that of another row.
  var mislabelled = 0.0
  /// The share of rows that are copies of other rows.
  var repeated = 0.0

  var fileName: String { "\(target.rawValue)-\(rows)x\(features)-\(seed)-m\(mislabelled)-r\(repeated).csv" }

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
      case .exclusiveOr: return (noise, noise[0] * noise[1] > 0 ? "same" : "other")
      case .product: return (noise, String(noise[0] * noise[1]))
      }
    }
    let labels = table.map(\.y)
    for row in table.indices where generator.uniformDouble() < mislabelled {
      table[row].y = labels[Int(generator.uniformDouble() * Double(rows))]
    }
    for row in table.indices where generator.uniformDouble() < repeated {
      table[row] = table[Int(generator.uniformDouble() * Double(rows))]
    }
    let header = (0..<features).map { "x\($0)" } + ["y"]
    let lines = table.map { ($0.x.map { String($0) } + [$0.y]).joined(separator: ",") }
    try ([header.joined(separator: ",")] + lines + [""]).joined(separator: "\n")
      .write(toFile: path, atomically: true, encoding: .utf8)
  }
}
