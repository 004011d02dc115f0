/// The shortest decimal that reads back as the very same double: `500`, `0.1`, `1e-07`, `nan`, `inf`, `-inf`.
package func shortest(_ value: Double) -> String {
  if value.isNaN { return "nan" }
  let text = value.description
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}

/// Appends `shortest(value)` to `bytes` without making it a string of its own.
package func appendShortest(_ value: Double, to bytes: inout [UInt8]) {
  if value.isNaN { return bytes.append(contentsOf: "nan".utf8) }
  bytes.append(contentsOf: value.description.utf8)
  let count = bytes.count
  if bytes[count - 1] == UInt8(ascii: "0"), bytes[count - 2] == UInt8(ascii: ".") { bytes.removeLast(2) }
}
