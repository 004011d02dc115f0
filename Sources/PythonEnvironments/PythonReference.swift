import Formats
import Settings

/// An environment in Python as it is written, without `py:`: Gymnasium's `Id-v0` or `package.module:Id-v0`, or a function that
/// makes one, `package.module.function()`; and keyword arguments.
package struct PythonReference: Sendable, Hashable {
  package let name: String
  /// By name, in the order of the names.
  package let arguments: [Argument]

  package struct Argument: Sendable, Hashable {
    package let name: String
    package let value: Value
  }

  /// A value as Python understands it; its text has one form.
  package enum Value: Sendable, Hashable, Encodable {
    case none
    case flag(Bool)
    case integer(Int)
    case number(Double)
    case text(String)

    /// `true`, `True`, `none`, `None`, `3`, `0.5`; everything else is a text.
    init(_ text: String) {
      self =
        switch text {
        case "true", "True": .flag(true)
        case "false", "False": .flag(false)
        case "none", "None": .none
        default:
          if let integer = Int(text) {
            .integer(integer)
          } else if let number = Double(text), number.isFinite, text.first?.isLetter == false {
            .number(number)
          } else {
            .text(text)
          }
        }
    }

    var text: String {
      switch self {
      case .none: "none"
      case .flag(let value): "\(value)"
      case .integer(let value): "\(value)"
      case .number(let value): shortest(value)
      case .text(let value): value
      }
    }

    package func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .none: try container.encodeNil()
      case .flag(let value): try container.encode(value)
      case .integer(let value): try container.encode(value)
      case .number(let value): try container.encode(value)
      case .text(let value): try container.encode(value)
      }
    }
  }

  /// Throws `PythonError` for a name that Python or Gymnasium would not take, or an argument that is none or given twice.
  package init(_ name: String, arguments: [(name: String, text: String)]) throws(PythonError) {
    self.name = name
    if let flaw = Self.flaw(of: name) { throw PythonError("'py:\(name)' \(flaw)", status: .badUsage) }
    var values: [String: Value] = [:]
    for (key, text) in arguments {
      guard Self.isIdentifier(key) else {
        throw PythonError("'\(key)' in 'py:\(name)' is not the name of a Python argument", status: .badUsage)
      }
      guard values.updateValue(Value(text), forKey: key) == nil else {
        throw PythonError("py:\(name): '\(key)' is given twice", status: .badUsage)
      }
    }
    self.arguments = values.sorted { $0.key < $1.key }.map { Argument(name: $0.key, value: $0.value) }
  }

  /// `py:module:Id-v0:size=5`
  package var id: String {
    let options = arguments.map { "\($0.name)=\($0.value.text)" }.joined(separator: ",")
    return "py:\(name)" + (options.isEmpty ? "" : ":\(options)")
  }

  /// Divides what stands after `py:` into a name and options, which begin with the first `name=`.
  package static func split(_ text: String) -> (name: String, options: String) {
    guard let equals = text.firstIndex(of: "="), let colon = text[..<equals].lastIndex(of: ":") else {
      return (text, "")
    }
    return (String(text[..<colon]), String(text[text.index(after: colon)...]))
  }

  private static func flaw(of name: String) -> String? {
    if name.isEmpty { return "names no environment: write py:CartPole-v1, py:module:Id-v0 or py:module.function()" }
    if name.hasSuffix("()") {
      let words = name.dropLast(2).split(separator: ".", omittingEmptySubsequences: false).map(String.init)
      return words.count >= 2 && words.allSatisfy(isIdentifier)
        ? nil : "is not of the form py:module.function()"
    }
    let parts = name.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    let isModule = parts.count == 1 || isModule(parts[0])
    let isID =
      parts.last?.isEmpty == false
      && parts.last!.unicodeScalars.allSatisfy { isLetter($0) || "-./".unicodeScalars.contains($0) }
    return parts.count <= 2 && isModule && isID
      ? nil : "is not of the form py:Id-v0, py:module:Id-v0 or py:module.function()"
  }

  /// `module`, `package.module`
  package static func isModule(_ text: String) -> Bool {
    text.split(separator: ".", omittingEmptySubsequences: false).map(String.init).allSatisfy(isIdentifier)
  }

  private static func isIdentifier(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first, first.properties.numericType == nil else { return false }
    return text.unicodeScalars.allSatisfy(isLetter)
  }

  /// Or a digit, or an underscore.
  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
  }
}
