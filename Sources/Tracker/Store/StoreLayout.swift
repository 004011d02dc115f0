import Glibc
import Synchronization

/// Where things lie in a store: `<store>/<experiment>/<run id>/{lock, log.rlog, log-00002.rlog, …, checkpoints/}`.
enum StoreLayout {
  /// Tells the unnamed files of one process apart.
  private static let counter = Atomic<Int>(0)
  static let versionFile = "rlrun-store"
  static let version = "1"
  /// The log's first segment.
  static let log = "log.rlog"
  /// The file whose lock the run's writer holds.
  static let lock = "lock"
  static let checkpoints = "checkpoints"

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

  /// The names in a folder, sorted, hidden ones only where asked for; none if the folder is not there.
  static func names(in folder: String, includingHidden: Bool = false) throws(StoreError) -> [String] {
    guard let stream = opendir(folder) else {
      if errno == ENOENT || errno == ENOTDIR { return [] }
      throw StoreError.system(.read, path: folder, code: errno)
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.first != "." || includingHidden && name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
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
    try names(in: folder).compactMap { name in
      if name == log { return 1 }
      guard name.hasPrefix("log-"), name.hasSuffix(".rlog"), let number = Int(name.dropFirst(4).dropLast(5)), number > 1
      else { return nil }
      return "\(folder)/\(name)" == segment(number, in: folder) ? number : nil
    }.sorted()
  }

  /// Whether the folder is a run's: its log may have lost its first segment.
  static func holdsLog(_ folder: String) throws(StoreError) -> Bool {
    if exists(folder + "/" + log) { return true }
    return !(try segments(in: folder).isEmpty)
  }

  static func readSegments(in folder: String) throws(StoreError) -> [LogSegment] {
    var read: [LogSegment] = []
    for number in try segments(in: folder) {
      let bytes = try OpenFile(segment(number, in: folder), O_RDONLY, .read).readAll()
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

  static func store(ofRunFolder folder: String) -> String {
    folder.split(separator: "/", omittingEmptySubsequences: false).dropLast(2).joined(separator: "/")
  }

  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Makes a folder; false when something of that name is there already.
  static func makeFolder(_ path: String, system: SystemCalls) throws(StoreError) -> Bool {
    let code = system.makeFolder(path)
    if code == 0 { return true }
    if code == EEXIST { return false }
    throw StoreError.system(.create, path: path, code: code)
  }

  /// Makes a folder and every folder above it that is not there, durably.
  static func makeFolders(_ path: String, system: SystemCalls) throws(StoreError) {
    if exists(path) { return }
    var parent = "."
    if let slash = path.lastIndex(of: "/") { parent = slash == path.startIndex ? "/" : String(path[..<slash]) }
    try makeFolders(parent, system: system)
    if try makeFolder(path, system: system) { try OpenFile.syncFolder(parent, system) }
  }

  /// Puts `bytes` under `path` in one step, durably: a name seen is a file complete.
  static func place(_ bytes: [UInt8], at path: String, system: SystemCalls) throws(StoreError) {
    let slash = path.lastIndex(of: "/") ?? path.startIndex
    let folder = String(path[..<slash])
    let count = counter.add(1, ordering: .relaxed).newValue
    let unnamed = "\(folder)/.\(path[slash...].dropFirst()).\(getpid()).\(count)"
    do {
      let file = try OpenFile(unnamed, O_WRONLY | O_CREAT | O_TRUNC, .create, name: path, system)
      try file.writeAll(bytes, system)
      try file.sync(system)
    } catch {
      _ = system.unlink(unnamed)
      throw error
    }
    let code = system.rename(unnamed, path)
    if code != 0 {
      _ = system.unlink(unnamed)
      throw StoreError.system(.create, path: path, code: code)
    }
    try OpenFile.syncFolder(folder, system)
  }
}
