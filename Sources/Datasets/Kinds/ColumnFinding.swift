/// What was found in a column: its kind, why, and what is odd about it. Look at those of a file before you fit to it.
///
/// ```swift
/// import Fitting
///
/// func suspects(in data: DataFile) -> [String] {
///   data.findings.filter { !$0.warnings.isEmpty || $0.missing > 0 }.map { "\($0.name): \($0.kind), \($0.reason)" }
/// }
/// ```
public struct ColumnFinding: Hashable, Sendable {
  /// A value and the line where it stands first.
  package struct Place: Hashable, Sendable {
    package let value: String
    package let line: Int
  }

  public let name: String
  public internal(set) var kind: ColumnKind
  /// How it is read, to read it so again.
  package var reading: ColumnReading
  /// Why it has its kind, in a few words.
  public internal(set) var reason = ""
  /// Rows without a value, whether empty, spelled out or of another kind.
  public internal(set) var missing = 0
  /// Spelled-out missing values and how many rows have each.
  package var marks: [String: Int] = [:]
  /// Values of another kind, which count as missing.
  package var oddCount = 0
  /// The first three of them.
  package var oddValues: [Place] = []
  /// Sentences about what may be meant otherwise.
  public internal(set) var warnings: [String] = []
  /// Sentences about what was decided.
  public internal(set) var notes: [String] = []

  /// `'n/a' (line 7)`, nil if there is none.
  package var firstOddValue: String? { oddValues.isEmpty ? nil : places(Array(oddValues.prefix(1)), of: 1) }

  init(name: String, reading: ColumnReading) {
    self.name = name
    self.reading = reading
    kind = reading.kind
  }

  /// Of a column that was understood before.
  package init(name: String, reading: ColumnReading, reason: String, missing: Int) {
    self.init(name: name, reading: reading)
    self.reason = reason
    self.missing = missing
  }
}

/// A value in quotes, in one line however long it is or whatever control characters it holds.
package func quoted(_ text: some StringProtocol, _ longest: Int = 40) -> String {
  var result = "'"
  for (index, scalar) in text.unicodeScalars.enumerated() {
    if index == longest { return result + "…'" }
    switch scalar {
    case "\n": result += "\\n"
    case "\r": result += "\\r"
    case "\t": result += "\\t"
    case _ where scalar.value < 32 || (0x7F...0x9F).contains(scalar.value):
      result += "\\u{\(String(scalar.value, radix: 16))}"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "'"
}

/// "1 field", "2 fields"
func plural(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
