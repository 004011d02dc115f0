import Formats
import WebServer

/// The fields of a request, from its body or, of a GET, from its query.
struct MLflowInput {
  let request: WebRequest
  private let body: JSONValue?

  init(_ request: WebRequest) throws(MLflowError) {
    self.request = request
    if request.bytes.isEmpty {
      body = nil
      return
    }
    guard let value = JSONValue(request.bytes), case .object = value else {
      throw MLflowError(.badRequest, "the body is not a JSON object")
    }
    body = value
  }

  /// nil where it is missing, null or empty: protocol buffers do not tell these apart.
  func text(_ name: String) throws(MLflowError) -> String? {
    switch body?[name] {
    case .text(let text): text.isEmpty ? nil : text
    case .integer(let number): String(number)
    case .null?: nil
    case nil: (request.query[name] ?? request.parameters[name]).flatMap { $0.isEmpty ? nil : $0 }
    default: throw .invalid("'\(name)' must be a text")
    }
  }

  func required(_ name: String) throws(MLflowError) -> String {
    guard let text = try text(name) else {
      throw .invalid("Missing value for required parameter '\(name)'.")
    }
    return text
  }

  /// The id of a run, which older clients call `run_uuid`.
  func runID() throws(MLflowError) -> String {
    if let id = try text("run_id") { return id }
    return try required("run_uuid")
  }

  func integer(_ name: String) throws(MLflowError) -> Int? {
    guard let value = body?[name] else {
      guard let text = request.query[name] else { return nil }
      guard let number = Int(text) else { throw .invalid("'\(name)' must be a whole number, not '\(text)'") }
      return number
    }
    return try Self.integer(value, name)
  }

  func flag(_ name: String) -> Bool {
    if case .flag(let flag)? = body?[name] { return flag }
    return ["true", "True", "1"].contains(request.query[name] ?? "")
  }

  func list(_ name: String) throws(MLflowError) -> [JSONValue] {
    switch body?[name] {
    case .list(let values): return values
    case .null?: return []
    case nil: return request.query.all(name).map { .text($0) }
    default: throw .invalid("'\(name)' must be a list")
    }
  }

  func texts(_ name: String) throws(MLflowError) -> [String] {
    try list(name).map { value throws(MLflowError) in
      switch value {
      case .text(let text): return text
      case .integer(let number): return String(number)
      default: throw .invalid("'\(name)' must be a list of texts")
      }
    }
  }

  /// Pairs of `key` and `value`, as tags and parameters come.
  func pairs(_ name: String) throws(MLflowError) -> [(key: String, value: String)] {
    try list(name).map { value throws(MLflowError) in
      guard let key = value["key"]?.text else { throw .invalid("each of '\(name)' needs a 'key'") }
      return (key, try Self.text(value["value"]))
    }
  }

  static func text(_ value: JSONValue?) throws(MLflowError) -> String {
    switch value {
    case .text(let text)?: return text
    case nil, .null?: return ""
    case .integer(let number)?: return String(number)
    case .number(let number)?: return String(number)
    default: throw .invalid("a value must be a text")
    }
  }

  /// Also of texts: protocol buffers write 64-bit numbers so.
  static func integer(_ value: JSONValue, _ name: String) throws(MLflowError) -> Int? {
    switch value {
    case .integer(let number): return number
    case .null: return nil
    case .number(let number):
      if let whole = Int(exactly: number) { return whole }
    case .text(let text):
      if let whole = Int(text) { return whole }
    default: break
    }
    throw .invalid("'\(name)' must be a whole number")
  }

  static func number(_ value: JSONValue?, _ name: String) throws(MLflowError) -> Double {
    switch value {
    case .integer(let number)?: return Double(number)
    case .number(let number)?: return number
    case .text("NaN")?: return .nan
    case .text("Infinity")?: return .infinity
    case .text("-Infinity")?: return -.infinity
    case .text(let text)?: if let number = Double(text) { return number }
    default: break
    }
    throw .invalid("'\(name)' must be a number")
  }

  func metric() throws(MLflowError) -> LoggedMetric {
    try LoggedMetric(body ?? .object([]))
  }
}

/// A point as a client sends it.
struct LoggedMetric {
  var key: String
  var value: Double
  /// Milliseconds of Unix time.
  var timestamp: Int
  var step: Int
  /// The logged model that the point is about, if it says so.
  var model: String?

  init(_ value: JSONValue) throws(MLflowError) {
    key = try MLflowInput.text(value["key"])
    try MLflowNames.check(metric: key)
    self.value = try MLflowInput.number(value["value"], "value")
    model = value["model_id"]?.text.flatMap { $0.isEmpty ? nil : $0 }
    timestamp =
      try value["timestamp"].flatMap { value throws(MLflowError) in try MLflowInput.integer(value, "timestamp") } ?? 0
    step = try value["step"].flatMap { value throws(MLflowError) in try MLflowInput.integer(value, "step") } ?? 0
  }
}

/// Names and lengths that MLflow takes.
enum MLflowNames {
  static func check(metric key: String) throws(MLflowError) { try check(key, "metric") }

  static func check(_ key: String, _ kind: String, limit: Int = 250) throws(MLflowError) {
    if key.isEmpty { throw .invalid("Missing value for required parameter 'key': a \(kind) needs a name.") }
    let isPlain = key.unicodeScalars.allSatisfy { scalar in
      scalar.properties.isAlphabetic || scalar.properties.numericType != nil || "/_-. :".unicodeScalars.contains(scalar)
    }
    guard isPlain else {
      throw .invalid(
        "Invalid \(kind) name: '\(key)'. Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), "
          + "spaces ( ), colon(:) and slashes (/).")
    }
    let parts = key.split(separator: "/", omittingEmptySubsequences: false)
    if key.hasPrefix("/") || parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) {
      throw .invalid("Invalid \(kind) name: '\(key)'. Names may be treated as files, so that this is no path of names.")
    }
    try check(length: key, kind + " name", limit)
  }

  static func check(length text: String, _ what: String, _ limit: Int) throws(MLflowError) {
    if text.unicodeScalars.count > limit {
      throw .invalid("The \(what) has \(text.unicodeScalars.count) characters and may have \(limit).")
    }
  }
}
