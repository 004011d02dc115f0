import Files
import Formats
import Glibc
import Telemetry

extension Store {
  /// What lists and filters see of the runs of one experiment or all, by start time; deleted runs are left out.
  ///
  /// From a catalogue in the store where a run's log is as it was when the catalogue was written, else from the log. The
  /// catalogue is derived: deleted, damaged or in a folder that cannot be written, it only costs the reading of the logs.
  package func fields(experiment: String? = nil) throws(StoreError) -> [RunFields] {
    try fields(of: experimentPlaces(called: experiment), isAll: experiment == nil)
  }

  /// The same of some experiments or all.
  func fields(of places: [ExperimentPlace], isAll: Bool) throws(StoreError) -> [RunFields] {
    let known = Catalogue.read(in: path)
    var entries: [Catalogue.Entry] = []
    var isNew = false
    for place in places {
      for id in try onDisk(Folder.names(in: "\(path)/\(place.folder)")) {
        let folder = "\(path)/\(place.folder)/\(id)"
        if let entry = known[id], entry.isSettled,
          let stamp = Catalogue.Stamp(of: folder, segment: entry.stamp.segment), stamp == entry.stamp
        {
          // Its log does not say when the experiment is renamed.
          entries.append(entry.called(place.givenName))
          continue
        }
        guard try StoreLayout.holdsLog(folder) else { continue }
        // Before the reading: what is written meanwhile makes the entry stale, not wrong.
        let segment = (try? StoreLayout.segments(in: folder).last) ?? 1
        let stamp = Catalogue.Stamp(of: folder, segment: segment)
        guard let record = try record(ofListed: id, in: folder), let stamp else { continue }
        isNew = true
        entries.append(Catalogue.Entry(stamp: stamp, record: record))
      }
    }
    // Runs of other experiments stay in the catalogue; those of these that are gone do not.
    let listed = Set(entries.map(\.id))
    let names = Set(places.flatMap(\.names))
    let others = isAll ? [] : known.values.filter { !names.contains($0.experiment) && !listed.contains($0.id) }
    if isNew || others.count + entries.count != known.count { Catalogue.write(entries + others, in: path, system) }
    return
      entries.filter { !$0.isDeleted }.sorted { ($0.start, $0.seed, $0.id) < ($1.start, $1.seed, $1.id) }.map(\.fields)
  }
}

/// A file with what lists see of every run.
enum Catalogue {
  static let file = ".catalogue"
  private static let magic = Array("rlrunct5".utf8)

  /// What changes whenever a run's log does: its folder, and the last segment.
  struct Stamp: Hashable, Sendable {
    var folderTime: Int64
    var segment: Int
    var size: Int64
    var time: Int64

    init(folderTime: Int64, segment: Int, size: Int64, time: Int64) {
      (self.folderTime, self.segment, self.size, self.time) = (folderTime, segment, size, time)
    }

    init?(of folder: String, segment: Int) {
      var (log, directory) = (stat(), stat())
      guard stat(StoreLayout.segment(segment, in: folder), &log) == 0, stat(folder, &directory) == 0 else { return nil }
      func nanoseconds(_ time: timespec) -> Int64 { Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec) }
      self.init(
        folderTime: nanoseconds(directory.st_mtim), segment: segment, size: Int64(log.st_size),
        time: nanoseconds(log.st_mtim))
    }
  }

  struct Entry {
    let stamp: Stamp
    let isDeleted: Bool
    let fields: RunFields
    // Of the fields, looked up once: lists are sorted by them.
    let id: String
    let experiment: String
    let start: Double
    let seed: Double
    /// Whether nothing but its log can change what is said of it; a writer's lock makes no mark on the log.
    let isSettled: Bool

    init(stamp: Stamp, isDeleted: Bool, fields: RunFields) {
      (self.stamp, self.isDeleted, self.fields) = (stamp, isDeleted, fields)
      func text(_ name: String) -> String { if case .text(let text) = fields[name] { text } else { "" } }
      func number(_ name: String) -> Double { if case .number(let number) = fields[name] { number } else { 0 } }
      (id, experiment, start, seed) = (text("id"), text("experiment"), number("started"), number("seed"))
      isSettled = text("status") != RunStatus.running.rawValue
    }

    /// The same in an experiment of that name; nil: as it is.
    func called(_ name: String?) -> Entry {
      guard let name, name != experiment else { return self }
      var fields = fields
      fields.set("experiment", .text(name))
      return Entry(stamp: stamp, isDeleted: isDeleted, fields: fields)
    }

    init(stamp: Stamp, record: RunRecord) {
      self.init(stamp: stamp, isDeleted: record.isDeleted, fields: RunFields(record))
    }
  }

  /// By run; empty where there is no sound catalogue.
  static func read(in store: String) -> [String: Entry] {
    guard let bytes = try? OpenFile(store + "/" + file, O_RDONLY, .read).readAll(),
      bytes.count >= magic.count + 4, Array(bytes.prefix(magic.count)) == magic
    else { return [:] }
    let start = magic.count + 4
    guard bytes.word(at: magic.count) == CRC32C.checksum(bytes, start..<bytes.count) else { return [:] }
    guard let entries = try? decode(bytes, from: start) else { return [:] }
    return Dictionary(entries.map { ($0.id, $0) }) { first, _ in first }
  }

  /// In one step. What cannot be written is left: the next list reads the logs again.
  static func write(_ entries: [Entry], in store: String, _ system: SystemCalls) {
    var payload: [UInt8] = []
    encode(entries, into: &payload)
    var bytes = magic
    bytes.append(littleEndian: CRC32C.checksum(payload, 0..<payload.count))
    bytes += payload
    try? Folder.place(bytes, at: store + "/" + file, system: system)
  }

  // Every text once, then the runs, which name texts by their numbers.

  private static func encode(_ entries: [Entry], into bytes: inout [UInt8]) {
    var (numbers, texts): ([String: Int], [String]) = ([:], [])
    func number(_ text: String) -> UInt64 {
      if let known = numbers[text] { return UInt64(known) }
      numbers[text] = texts.count
      texts.append(text)
      return UInt64(texts.count - 1)
    }
    var runs: [UInt8] = []
    for entry in entries {
      runs.append(zigzag: entry.stamp.folderTime)
      runs.append(varint: UInt64(entry.stamp.segment))
      runs.append(zigzag: entry.stamp.size)
      runs.append(zigzag: entry.stamp.time)
      runs.append(entry.isDeleted ? 1 : 0)
      runs.append(varint: UInt64(entry.fields.all.count))
      for (name, value) in entry.fields.all {
        runs.append(varint: number(name))
        switch value {
        case .number(let value):
          runs.append(0)
          runs.append(littleEndian: value.bitPattern)
        case .text(let text):
          runs.append(1)
          runs.append(varint: number(text))
        case .flag(let flag): runs.append(flag ? 3 : 2)
        }
      }
    }
    bytes.append(varint: UInt64(texts.count))
    for text in texts { bytes.append(text: text) }
    bytes.append(varint: UInt64(entries.count))
    bytes += runs
  }

  private static func decode(_ bytes: [UInt8], from start: Int) throws(DecodingFailure) -> [Entry] {
    var reader = ByteReader(bytes, start..<bytes.count)
    var texts: [String] = []
    for _ in 0..<(try reader.count()) { texts.append(try reader.text()) }
    func text(_ number: Int) throws(DecodingFailure) -> String {
      guard texts.indices.contains(number) else { throw DecodingFailure() }
      return texts[number]
    }
    var entries: [Entry] = []
    for _ in 0..<(try reader.count()) {
      let stamp = Stamp(
        folderTime: try reader.zigzag(), segment: try reader.count(), size: try reader.zigzag(),
        time: try reader.zigzag())
      let isDeleted = try reader.byte() == 1
      var fields: [(name: String, value: FieldValue)] = []
      let count = try reader.count()
      guard count <= reader.remaining else { throw DecodingFailure() }
      fields.reserveCapacity(count)
      for _ in 0..<count {
        let name = try text(try reader.count())
        switch try reader.byte() {
        case 0: fields.append((name, .number(Double(bitPattern: try reader.word()))))
        case 1: fields.append((name, .text(try text(try reader.count()))))
        case 2: fields.append((name, .flag(false)))
        case 3: fields.append((name, .flag(true)))
        default: throw DecodingFailure()
        }
      }
      entries.append(Entry(stamp: stamp, isDeleted: isDeleted, fields: RunFields(fields)))
    }
    try reader.finish()
    return entries
  }
}
