/// The shortest decimal that reads back as the very same double: `500`, `0.1`, `1e-07`, `nan`, `inf`, `-inf`.
package func shortest(_ value: Double) -> String {
  if value.isNaN { return "nan" }
  let text = value.description
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}
