import Files
import Formats
import Glibc

/// Where things lie in a store: `<store>/<experiment>/<run id>/{lock, log.rlog, log-00002.rlog, …, checkpoints/}`.
enum StoreLayout {
  static let versionFile = "rlrun-store"
  static let version = "1"
  /// The log's first segment.
  static let log = "log.rlog"
  /// The file whose lock the run's writer holds.
  static let lock = "lock"
  static let checkpoints = "checkpoints"
  /// The file whose lock those hold in turn who write the parts of a run.
  static let agreement = "agreement"
  /// The folder of an experiment's own log: hidden, so that it is no run.
  static let experimentLog = ".experiment"
  /// The file whose lock those hold in turn who make or rename experiments.
  static let namingLock = ".experiments"

  /// The folder name of an experiment: the name itself, with `/`, `%`, control characters and a leading dot as `%XX`.
  static func folder(forExperiment name: String) throws(StoreError) -> String {
    guard !name.isEmpty else { throw StoreError.badExperimentName(name, reason: "it is empty") }
    let digits = Array("0123456789ABCDEF".utf8)
    var escaped: [UInt8] = []
    for (i, byte) in name.utf8.enumerated() {
      let isPlain = byte >= 0x20 && byte != 0x7F && !"/%".utf8.contains(byte) && !(i == 0 && byte == 0x2E)
      if isPlain {
        escaped.append(byte)
      } else {
        escaped += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    guard escaped.count <= 255 else {
      throw StoreError.badExperimentName(name, reason: "it is longer than 255 bytes as a folder's name")
    }
    return String(decoding: escaped, as: UTF8.self)
  }

  /// The same of the `number`th experiment that was made with that name, the others having been renamed: `a`, `a%~2`, ….
  static func folder(forExperiment name: String, number: Int) throws(StoreError) -> String {
    let folder = try folder(forExperiment: name)
    if number == 1 { return folder }
    let numbered = folder + numberMark + String(number)
    guard numbered.utf8.count <= 255 else {
      throw StoreError.badExperimentName(name, reason: "it is longer than 255 bytes as a folder's name")
    }
    return numbered
  }

  /// No name has it in its folder's: there each `%` is followed by two digits.
  private static let numberMark = "%~"

  /// The name of the experiment whose folder is called `folder`, as it was made.
  static func experiment(ofFolder folder: String) -> String {
    if let mark = folder.firstRange(of: numberMark), let number = Int(folder[mark.upperBound...]), number > 1 {
      return key(ofFolder: String(folder[..<mark.lowerBound]))
    }
    return key(ofFolder: folder)
  }

  /// The same with the number of a later one.
  static func key(ofFolder folder: String) -> String {
    var bytes: [UInt8] = []
    var rest = Array(folder.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == 0x25, rest.count >= 2, let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) {
        bytes.append(code)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A short id that has not been given before in practice: 40 bits of a hash of time, process, counter and host.
  static func runIdentifier(time: Int64, counter: Int) -> String {
    var host = [CChar](repeating: 0, count: 256)
    gethostname(&host, host.count - 1)
    let name = String(decoding: host.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    let digest = SHA256.digest(Array("\(time) \(getpid()) \(counter) \(name)".utf8))
    // Crockford's letters: none that could be taken for another.
    let letters = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
    let bits = digest.prefix(5).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return String(decoding: (0..<8).map { letters[Int(bits >> UInt64(35 - 5 * $0) & 31)] }, as: UTF8.self)
  }

  /// The path of a log's segment: `log.rlog`, `log-00002.rlog`, ….
  static func segment(_ number: Int, in folder: String) -> String {
    if number == 1 { return folder + "/" + log }
    let digits = String(number)
    return "\(folder)/log-\(String(repeating: "0", count: max(0, 5 - digits.count)))\(digits).rlog"
  }

  /// The numbers of the segments in a run's folder, in order. Asked before any of them is read: then all but the last
  /// are complete.
  static func segments(in folder: String) throws(StoreError) -> [Int] {
    try onDisk(Folder.names(in: folder)).compactMap { name in
      if name == log { return 1 }
      guard name.hasPrefix("log-"), name.hasSuffix(".rlog"), let number = Int(name.dropFirst(4).dropLast(5)), number > 1
      else { return nil }
      return "\(folder)/\(name)" == segment(number, in: folder) ? number : nil
    }.sorted()
  }

  /// Whether the folder is a run's: its log may have lost its first segment.
  static func holdsLog(_ folder: String) throws(StoreError) -> Bool {
    if Folder.holds(folder + "/" + log) { return true }
    return !(try segments(in: folder).isEmpty)
  }

  static func readSegments(in folder: String) throws(StoreError) -> [LogSegment] {
    var read: [LogSegment] = []
    for number in try segments(in: folder) {
      let bytes = try onDisk(OpenFile(segment(number, in: folder), O_RDONLY, .read).readAll())
      read.append(LogSegment(number: number, bytes: bytes))
    }
    return read
  }

  /// The folder of artifacts in a store: hidden, so that it is no experiment.
  static let artifacts = ".artifacts"

  /// Where the bytes of a SHA-256 lie: `.artifacts/ab/abcd…`.
  static func artifact(_ sha256: String, in store: String) -> String {
    "\(store)/\(artifacts)/\(sha256.prefix(2))/\(sha256)"
  }

  /// Where artifacts are written that have no SHA-256 yet, under hidden names; what is left of killed writers `gc` removes.
  static func incomingArtifacts(in store: String) -> String { "\(store)/\(artifacts)/incoming" }

  static func store(ofRunFolder folder: String) -> String {
    folder.split(separator: "/", omittingEmptySubsequences: false).dropLast(2).joined(separator: "/")
  }
}
