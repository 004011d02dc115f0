import Foundation

/// A way to write JSON. Keys are sorted in all of them, so that equal values are equal bytes, and numbers are exact, those
/// that JSON has no form for as texts.
package struct JSONForm: Sendable {
  private var formatting: JSONEncoder.OutputFormatting
  private var infinity = "inf"
  private var nan = "nan"
  private var hasSnakeCase = false

  /// Of checkpoints, and of what hashes are computed from.
  package static let exact = JSONForm(formatting: .sortedKeys)
  /// An object on a line, as other programs read them.
  package static let line = JSONForm(formatting: [.sortedKeys, .withoutEscapingSlashes])
  /// Of a log's frames.
  package static let log = JSONForm(
    formatting: [.sortedKeys, .withoutEscapingSlashes], infinity: "Infinity", nan: "NaN")
  /// Of `--json`: indented, with keys in snake case.
  package static let page = JSONForm(
    formatting: [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes], hasSnakeCase: true)

  package func encode(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = formatting
    if hasSnakeCase { encoder.keyEncodingStrategy = .convertToSnakeCase }
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: infinity, negativeInfinity: "-" + infinity, nan: nan)
    return try encoder.encode(value)
  }

  package func text(_ value: some Encodable) throws -> String {
    String(decoding: try encode(value), as: UTF8.self)
  }

  /// Reads what `encode` writes, in camel case.
  package func decode<Value: Decodable>(_ type: Value.Type, from data: Data) throws -> Value {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: infinity, negativeInfinity: "-" + infinity, nan: nan)
    return try decoder.decode(type, from: data)
  }
}
