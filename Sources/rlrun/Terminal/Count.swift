import ArgumentParser
import Formats
import Settings

/// A whole number on the command line, as people write it: `100000`, `1e5`, `100k`, `2M`.
struct Count: ExpressibleByArgument, ExpressibleByIntegerLiteral {
  var value: Int

  init(integerLiteral value: Int) { self.value = value }

  init?(argument: String) {
    guard let value = wholeNumber(argument) else { return nil }
    self.value = value
  }

  var defaultValueDescription: String { "\(value)" }

  /// The number, where it lies in `range`; `option` is the one that it was given by.
  func checked(_ range: ClosedRange<Int>, _ option: String) throws -> Int {
    guard value >= range.lowerBound else {
      throw UsageError("\(option) takes a whole number ≥ \(range.lowerBound), not \(value)")
    }
    guard value <= range.upperBound else {
      throw UsageError("\(option) takes a whole number up to \(range.upperBound), not \(value)")
    }
    return value
  }

  /// What options of these kinds take.
  static let steps = 1...Bounds.mostSteps
  static let intervals = 0...Bounds.mostSteps
  static let episodes = 1...1_000_000
  static let threads = 1...1024
}
