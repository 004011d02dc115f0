import Files
import Formats
import Glibc

/// A store's artifacts: files that are called by their SHA-256.
struct ArtifactFolder {
  /// Bytes that are in memory at a time.
  static let chunk = 1 << 20

  let store: String
  let system: SystemCalls

  /// Keeps what `next` gives until it gives nil, durably, a chunk in memory at a time.
  func keep(_ next: () throws -> [UInt8]?) throws -> (size: Int, sha256: String) {
    let incoming = StoreLayout.incomingArtifacts(in: store)
    try onDisk(Folder.makeAll(incoming, system: system))
    var unfinished = UnfinishedFile(beside: incoming + "/artifact", system)
    let file = try onDisk(OpenFile(unfinished.path, O_WRONLY | O_CREAT | O_TRUNC, .create, system))
    var digest = SHA256.Stream()
    while let bytes = try next() {
      digest.add(bytes)
      try onDisk(file.writeAll(bytes, system))
    }
    let sha256 = digest.hexadecimal()
    if !holds(sha256, size: digest.count) {
      let path = try place(of: sha256)
      try onDisk(unfinished.finish(as: path.file, file.descriptor))
      try onDisk(OpenFile.syncFolder(path.folder, system))
    }
    return (digest.count, sha256)
  }

  /// Keeps bytes that are in memory.
  func keep(_ bytes: [UInt8]) throws(StoreError) -> String {
    let sha256 = SHA256.hexadecimal(bytes)
    if !holds(sha256, size: bytes.count) {
      let path = try place(of: sha256).file
      try onDisk(Folder.place(bytes, at: path, system: system))
    }
    return sha256
  }

  /// Where an artifact goes, whose folder is made.
  private func place(of sha256: String) throws(StoreError) -> (file: String, folder: String) {
    let path = StoreLayout.artifact(sha256, in: store)
    let folder = String(path[..<path.lastIndex(of: "/")!])
    try onDisk(Folder.makeAll(folder, system: system))
    return (path, folder)
  }

  /// Whether the store has the bytes, as they were kept: what has the name has them, unless it was damaged since.
  func holds(_ sha256: String, size: Int) -> Bool {
    guard let file = try? OpenFile(StoreLayout.artifact(sha256, in: store), O_RDONLY, .read, system),
      (try? file.size()) == size, let digest = try? Self.digest(of: file)
    else { return false }
    return digest.hexadecimal() == sha256
  }

  static func digest(of file: borrowing OpenFile) throws(FileError) -> SHA256.Stream {
    var digest = SHA256.Stream()
    while true {
      let bytes = try file.readAll(from: digest.count, limit: chunk)
      if bytes.isEmpty { return digest }
      digest.add(bytes)
    }
  }
}

extension ArtifactRecord {
  /// Throws unless `name` is a path that stays below a folder it is put into: `plots/loss.svg`.
  static func check(name: String) throws(StoreError) {
    func refuse(_ reason: String) -> StoreError { .badArtifactName(name, reason: reason) }
    if name.isEmpty { throw refuse("it is empty") }
    if name.utf8.count > 1_024 { throw refuse("it is longer than 1,024 bytes") }
    if name.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
      throw refuse("it has control characters")
    }
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    if parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) {
      throw refuse("it is not a path of names, such as plots/loss.svg")
    }
  }
}
