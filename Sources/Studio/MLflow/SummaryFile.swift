import Files
import Formats
import Glibc
import Migration
import Synchronization
import Telemetry
import Tracker
import WebServer

/// What a server knew of the runs of a large store, for the next one: a file in the store, derived from the logs. Missing,
/// damaged, or in a folder that cannot be written, it only costs the reading of the logs.
final class SummaryFile: Sendable {
  /// Runs that were read anew before the file is written: fewer are read as quickly.
  static let worthwhile = 200
  static let name = ".summaries"
  private static let head = "rlrun summaries 1 "

  private let store: Store
  private let wasTaken = Mutex(false)

  init(_ store: Store) { self.store = store }

  /// What the file has, when it is first asked for; then nothing.
  func take() -> [(stamp: RunStamp, summary: RunSummary)] {
    let isFirst = wasTaken.withLock { taken in
      defer { taken = true }
      return !taken
    }
    guard isFirst, let bytes = try? OpenFile(store.path + "/" + Self.name, O_RDONLY, .read).readAll(),
      let end = bytes.firstIndex(of: UInt8(ascii: "\n")), let head = String(validating: bytes[..<end], as: UTF8.self),
      head == Self.head + String(CRC32C.checksum(bytes, end + 1..<bytes.count))
    else { return [] }
    let numbers = ((try? ExperimentPlaces(in: store).keys) ?? [:]).mapValues(ExperimentNumber.of)
    var found: [(stamp: RunStamp, summary: RunSummary)] = []
    for line in bytes[(end + 1)...].split(separator: UInt8(ascii: "\n")) {
      guard let json = JSONValue(Array(line)), let entry = entry(json, numbers) else { return [] }
      found.append(entry)
    }
    return found
  }

  func write(_ entries: [(stamp: RunStamp, summary: RunSummary)]) {
    var body: [UInt8] = []
    for (stamp, summary) in entries {
      body += JSONWriter.object { Self.write(stamp, summary, &$0) }
      body.append(UInt8(ascii: "\n"))
    }
    let head = Self.head + String(CRC32C.checksum(body, 0..<body.count)) + "\n"
    try? Folder.place(Array(head.utf8) + body, at: store.path + "/" + Self.name, system: SystemCalls())
  }

  private static func write(_ stamp: RunStamp, _ run: RunSummary, _ json: inout JSONWriter) {
    json.member("id", run.id)
    json.member("place", stamp.place)
    json.member("stamp") { $0.list(stamp.numbers) { $0.value($1) } }
    json.member("experiment", run.experiment)
    json.member("kind", run.kind.rawValue)
    json.member("name", run.name)
    json.member("status", run.status)
    json.member("start", run.start)
    if let end = run.end { json.member("end", end) }
    if run.isDeleted { json.member("deleted", true) }
    json.member("metrics") { json in
      json.list(run.metrics) { json, metric in
        json.list(0..<4) { json, place in
          switch place {
          case 0: json.value(metric.key)
          // As bits: JSON has no NaN.
          case 1: json.value(Int(truncatingIfNeeded: metric.value.value.bitPattern))
          case 2: json.value(metric.value.timestamp)
          default: json.value(metric.value.step)
          }
        }
      }
    }
    for (name, pairs) in [("params", run.parameters), ("tags", run.tags), ("own", run.own)] {
      json.member(name) { json in
        json.object { json in for (key, value) in pairs { json.member(key, value) } }
      }
    }
  }

  /// `experimentNumbers` by the names of folders.
  private func entry(
    _ json: JSONValue, _ experimentNumbers: [String: String]
  ) -> (stamp: RunStamp, summary: RunSummary)? {
    func integer(_ value: JSONValue?) -> Int? { if case .integer(let number)? = value { number } else { nil } }
    func pairs(_ name: String) -> [String: String] {
      guard case .object(let members)? = json[name] else { return [:] }
      return Dictionary(members.compactMap { member in member.value.text.map { (member.name, $0) } }) { $1 }
    }
    guard let id = json["id"]?.text, let place = json["place"]?.text, let experiment = json["experiment"]?.text,
      let kind = json["kind"]?.text, let name = json["name"]?.text, let status = json["status"]?.text,
      let start = integer(json["start"]), let numbers = json["stamp"]?.list?.compactMap(integer),
      let stamp = RunStamp(id: id, place: place, numbers: numbers, in: store)
    else { return nil }
    var run = RunSummary(
      id: id, experiment: experiment, number: experimentNumbers[place] ?? ExperimentNumber.of(experiment),
      kind: RunKind(rawValue: kind),
      name: name, status: status, start: start, isDeleted: json["deleted"] == .flag(true))
    run.end = integer(json["end"])
    for metric in json["metrics"]?.list ?? [] {
      guard let parts = metric.list, parts.count == 4, let key = parts[0].text, let bits = integer(parts[1]),
        let timestamp = integer(parts[2]), let step = integer(parts[3])
      else { return nil }
      run.metrics[key] = RunSummary.Latest(
        value: Double(bitPattern: UInt64(bitPattern: Int64(bits))), timestamp: timestamp, step: step)
    }
    (run.parameters, run.tags, run.own) = (pairs("params"), pairs("tags"), pairs("own"))
    return (stamp, run)
  }
}
