import Formats
import Foundation

/// Prints `value` as JSON with sorted keys; non-finite numbers as "nan", "inf", "-inf".
func printJSON(_ value: some Encodable) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
  encoder.keyEncodingStrategy = .convertToSnakeCase
  encoder.nonConformingFloatEncodingStrategy = .convertToString(
    positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
  StandardOutput.show(String(decoding: try encoder.encode(value), as: UTF8.self).printableJSON + "\n")
}
