import Formats
import Interchange
import Telemetry
import Tracker

/// What the records of a run of W&B's say, as they come. The numbers of fields are those of W&B's `wandb_internal.proto`.
struct WandBRecording {
  var id = ""
  var entity = ""
  var project = ""
  var group = ""
  var jobType = ""
  var name = ""
  var notes = ""
  var labels: [String] = []
  var sweep = ""
  var host = ""
  var program = ""
  var arguments: [String] = []
  var cores = 0
  var commit = ""
  var version = ""
  /// Unix time in microseconds.
  var start: Int64?
  /// By the parts of their names.
  var config: [[String]: JSONValue] = [:]
  var summary: [String: JSONValue] = [:]
  var series: [Series] = []
  var exitCode: Int?
  /// Seconds.
  var runtime = 0
  /// How many values of a name are no numbers, and not kept.
  var texts: [String: Int] = [:]
  /// How many values of a kind, as images and histograms, are not kept.
  var media: [String: Int] = [:]
  /// Records that are no messages.
  var unreadable = 0

  private var places: [String: Int] = [:]
  private var step = 0
  private(set) var lastTime: Int64 = 0

  mutating func add(_ bytes: [UInt8]) {
    var message = ProtocolBuffer(bytes, bytes.indices)
    while let field = message.next() {
      guard case .bytes(let part) = field.value else { continue }
      switch field.number {
      case 2: addHistory(part)
      case 3: addSummary(part)
      case 5: addConfig(part)
      case 7: addStatistics(part)
      case 17: addRun(part)
      case 18: addExit(part)
      case 21: version = part.firstMessage(1)?.firstMessage(1)?.text ?? version
      case 26: addEnvironment(part)
      default: break
      }
    }
    if message.isBroken { unreadable += 1 }
  }

  // MARK: Messages

  private mutating func addRun(_ message: ProtocolBuffer) {
    var message = message
    var labels: [String] = []
    while let field = message.next() {
      guard case .bytes(let part) = field.value else { continue }
      switch field.number {
      case 1: id = part.text
      case 2: entity = part.text
      case 3: project = part.text
      case 4: addConfig(part)
      case 5: addSummary(part)
      case 6: group = part.text
      case 7: jobType = part.text
      case 8: name = part.text
      case 9: notes = part.text
      case 10: labels.append(part.text)
      case 12: sweep = part.text
      case 13: host = part.text
      case 17: if start == nil { start = Self.time(part) }
      case 21: commit = part.firstMessage(2)?.text ?? commit
      default: break
      }
    }
    if !labels.isEmpty { self.labels = labels }
  }

  private mutating func addEnvironment(_ message: ProtocolBuffer) {
    var message = message
    var arguments: [String] = []
    while let field = message.next() {
      switch (field.number, field.value) {
      case (5, .bytes(let part)): arguments.append(part.text)
      case (6, .bytes(let part)): program = part.text
      case (9, .bytes(let part)): commit = part.firstMessage(2)?.text ?? commit
      case (12, .bytes(let part)): host = part.text
      case (17, .varint(let count)): cores = Int(clamping: count)
      default: break
      }
    }
    if !arguments.isEmpty { self.arguments = arguments }
  }

  private mutating func addConfig(_ message: ProtocolBuffer) {
    var message = message
    while let field = message.next() {
      guard case .bytes(let part) = field.value, let item = Self.item(part), item.path.first != "_wandb" else {
        continue
      }
      config[item.path] = field.number == 1 ? item.value : nil
    }
  }

  private mutating func addSummary(_ message: ProtocolBuffer) {
    for (name, value) in leaves(of: message, counting: false) { summary[name] = value }
    var message = message
    while let field = message.next() {
      if case .bytes(let part) = field.value, field.number == 2, let item = Self.item(part) {
        summary[item.path.joined(separator: "/")] = nil
      }
    }
  }

  private mutating func addHistory(_ message: ProtocolBuffer) {
    let values = leaves(of: message, counting: true)
    if let part = message.firstMessage(2) {
      var part = part
      step = 0
      while let field = part.next() {
        if case .varint(let bits) = field.value, field.number == 1 { step = Int(Int64(bitPattern: bits)) }
      }
    }
    for (name, value) in values {
      switch (name, Self.number(value)) {
      case ("_step", let number?): if message.firstMessage(2) == nil { step = Int(exactly: number) ?? step }
      case ("_timestamp", let number?): lastTime = Int64(exactly: (number * 1e6).rounded()) ?? lastTime
      default: break
      }
    }
    let time = lastTime == 0 ? start ?? 0 : lastTime
    for (name, value) in values where !name.hasPrefix("_") {
      if let number = Self.number(value) {
        add(name, time, number)
      } else if value != .null {
        texts[name, default: 0] += 1
      }
    }
  }

  private mutating func addStatistics(_ message: ProtocolBuffer) {
    var time = lastTime
    if let part = message.firstMessage(2), let known = Self.time(part) { time = known }
    lastTime = max(lastTime, time)
    var message = message
    while let field = message.next() {
      guard case .bytes(let part) = field.value, field.number == 3, let item = Self.item(part), let value = item.value,
        let number = Self.number(value)
      else { continue }
      add("system/" + item.path.joined(separator: "/"), time, number)
    }
  }

  private mutating func addExit(_ message: ProtocolBuffer) {
    var message = message
    exitCode = 0
    while let field = message.next() {
      switch (field.number, field.value) {
      case (1, .varint(let bits)): exitCode = Int(Int64(bitPattern: bits))
      case (2, .varint(let bits)): runtime = max(0, Int(Int64(bitPattern: bits)))
      default: break
      }
    }
  }

  // MARK: Parts

  private mutating func add(_ name: String, _ time: Int64, _ value: Double) {
    let place = places[name] ?? series.count
    if place == series.count {
      series.append(Series(metric: Metric(name)))
      places[name] = place
    }
    series[place].steps.append(step)
    series[place].wallTimes.append(time)
    series[place].values.append(value)
  }

  /// The values of a row by the paths of their names. What has a `_type`, as images and histograms do, is one thing and left
  /// out.
  private mutating func leaves(of message: ProtocolBuffer, counting: Bool) -> [(name: String, value: JSONValue)] {
    var message = message
    var found: [(path: [String], value: JSONValue)] = []
    while let field = message.next() {
      guard case .bytes(let part) = field.value, field.number == 1, let item = Self.item(part), let value = item.value
      else { continue }
      Self.flatten(value, item.path, into: &found)
    }
    var media: Set<[String]> = []
    for leaf in found where leaf.path.count > 1 && leaf.path.last == "_type" {
      media.insert(Array(leaf.path.dropLast()))
      if counting, let kind = leaf.value.text { self.media[kind, default: 0] += 1 }
    }
    return found.compactMap { path, value in
      if !media.isEmpty, path.indices.contains(where: { media.contains(Array(path[..<$0])) }) { return nil }
      return (path.joined(separator: "/"), value)
    }
  }

  static func flatten(_ value: JSONValue, _ path: [String], into found: inout [(path: [String], value: JSONValue)]) {
    guard case .object(let members) = value else {
      found.append((path, value))
      return
    }
    for member in members { flatten(member.value, path + [member.name], into: &found) }
  }

  /// A key, or the parts of one, and a value as JSON; no value where it is none.
  private static func item(_ message: ProtocolBuffer) -> (path: [String], value: JSONValue?)? {
    var message = message
    var (key, nested): (String, [String]) = ("", [])
    var value: JSONValue?
    while let field = message.next() {
      guard case .bytes(let part) = field.value else { continue }
      switch field.number {
      case 1: key = part.text
      case 2: nested.append(part.text)
      case 16: value = JSONValue(Array(part.text.utf8))
      default: break
      }
    }
    let path = nested.isEmpty ? [key] : nested
    return path == [""] ? nil : (path, value)
  }

  static func number(_ value: JSONValue) -> Double? {
    switch value {
    case .integer(let number): Double(number)
    case .number(let number): number
    case .flag(let flag): flag ? 1 : 0
    // As earlier versions wrote them.
    case .text("NaN"): .nan
    case .text("Infinity"): .infinity
    case .text("-Infinity"): -.infinity
    default: nil
    }
  }

  /// Of a `Timestamp`, in microseconds.
  private static func time(_ message: ProtocolBuffer) -> Int64? {
    var message = message
    var (seconds, nanoseconds): (Int64, Int64) = (0, 0)
    while let field = message.next() {
      switch (field.number, field.value) {
      case (1, .varint(let bits)): seconds = Int64(bitPattern: bits)
      case (2, .varint(let bits)): nanoseconds = Int64(bitPattern: bits)
      default: break
      }
    }
    let (time, isOver) = seconds.multipliedReportingOverflow(by: 1_000_000)
    let (sum, isBeyond) = time.addingReportingOverflow(nanoseconds / 1_000)
    return isOver || isBeyond ? nil : sum
  }
}
