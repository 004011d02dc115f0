/// The words that stand for a missing value, besides an empty field. A ``TableRequest`` makes it from its `missing` and
/// `notMissing`.
///
/// ```swift
/// let missing = MissingValues(asked: ["-999"], refused: ["NA"])
/// print(missing.everywhere, missing.inNumbers.contains("na"))  // ["-999"] false
/// ```
///
/// Spelled-out ones count in columns of numbers and dates only, so that a class named `None` and a country named `NA`
/// survive; `everywhere` are those that a user asked for, in every column.
public struct MissingValues: Codable, Hashable, Sendable {
  /// As they are written.
  public private(set) var everywhere: [String]
  /// In lower case: case makes no difference.
  public private(set) var inNumbers: [String]

  /// Those that count where nobody says otherwise.
  public static let usual = [
    "na", "n/a", "#n/a", "#na", "<na>", "nan", "null", "none", "nil", "nat", "?", "-", "--", ".",
  ]

  /// The usual ones; `asked` count in every column, `refused` in none.
  public init(asked: [String] = [], refused: [String] = []) {
    (everywhere, inNumbers) = ([], Self.usual)
    self = adding(asked: asked, refused: refused)
  }

  /// The marks of fits that were recorded without any.
  static let ofFirstRules: MissingValues = {
    var values = MissingValues()
    values.everywhere = ["NA", "N/A", "NaN", "nan", "null", "NULL", "None", "?"]
    values.inNumbers = []
    values.prepare()
    return values
  }()

  /// With these, too, and without those.
  package func adding(asked: [String], refused: [String]) -> MissingValues {
    var values = self
    let never = Set(refused.map { $0.lowercased() })
    values.everywhere = (everywhere + asked).filter { !refused.contains($0) }
    values.inNumbers = (inNumbers + asked.map { $0.lowercased() }).filter { !never.contains($0) }
    values.prepare()
    return values
  }

  private var everywhereBytes: [[UInt8]] = []
  private var inNumbersBytes: [[UInt8]] = []
  private var longest = 0
  /// Numbers that stand for a missing one, as -999.
  private(set) var numbers: [Double] = []

  private mutating func prepare() {
    everywhereBytes = everywhere.map { Array($0.utf8) }
    inNumbersBytes = inNumbers.map { Array($0.utf8) }
    longest = (everywhereBytes + inNumbersBytes).map(\.count).max() ?? 0
    numbers = everywhereBytes.compactMap { $0.withUnsafeBufferPointer { ValueParsing.number($0) } }
  }

  func isEverywhere(_ bytes: ValueParsing.Bytes) -> Bool {
    if everywhereBytes.isEmpty || bytes.count > longest { return false }
    return everywhereBytes.contains { $0.elementsEqual(bytes) }
  }

  /// Whether a value that is no number and no date is missing in a column of those.
  func isInNumbers(_ bytes: ValueParsing.Bytes) -> Bool {
    let value = ValueParsing.trimmed(bytes)
    if value.count > longest { return false }
    return inNumbersBytes.contains { mark in
      mark.count == value.count && zip(mark, value).allSatisfy { $0 == ($1 >= 65 && $1 <= 90 ? $1 | 32 : $1) }
    }
  }

  func isInNumbers(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { isInNumbers($0) }
  }

  private enum Key: String, CodingKey { case everywhere, inNumbers }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    everywhere = try values.decode([String].self, forKey: .everywhere)
    inNumbers = try values.decode([String].self, forKey: .inNumbers)
    prepare()
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    try values.encode(everywhere, forKey: .everywhere)
    try values.encode(inNumbers, forKey: .inNumbers)
  }
}
