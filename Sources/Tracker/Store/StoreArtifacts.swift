import Files
import Formats
import Glibc

extension Store {
  /// The bytes of an artifact, as they were kept: throws when size or SHA-256 are not what the log says.
  ///
  /// All of them at once; `openArtifact` reads large ones.
  public func artifactBytes(_ artifact: ArtifactRecord) throws(StoreError) -> [UInt8] {
    let reader = try openArtifact(artifact)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(artifact.size)
    while let chunk = try reader.next() { bytes += chunk }
    return bytes
  }

  /// A reader of an artifact's bytes, from the first on. Throws where they are not there, or not as many as they were.
  public func openArtifact(_ artifact: ArtifactRecord) throws(StoreError) -> ArtifactReader {
    try ArtifactReader(artifact, in: path, system)
  }

  /// Throws where the bytes of an artifact are not as they were kept.
  func check(_ artifact: ArtifactRecord) throws(StoreError) {
    let reader = try openArtifact(artifact)
    while try reader.next() != nil {}
  }
}

/// Reads an artifact a chunk at a time, and checks its SHA-256 as it goes. Use it for large files; `Store.artifactBytes` reads
/// small ones at once.
///
/// ```swift
/// import Foundation
///
/// func copy(_ artifact: ArtifactRecord, from store: Store, to file: FileHandle) throws {
///   let reader = try store.openArtifact(artifact)
///   while let bytes = try reader.next() { file.write(Data(bytes)) }
/// }
/// ```
///
/// Nothing that was read is to be trusted before `next` has returned nil. Used by one thread at a time.
public final class ArtifactReader {
  private let artifact: ArtifactRecord
  private let path: String
  private let file: OpenFile
  private var digest = SHA256.Stream()

  init(_ artifact: ArtifactRecord, in store: String, _ system: SystemCalls) throws(StoreError) {
    guard artifact.sha256.utf8.count == 64, artifact.sha256.utf8.allSatisfy(StoreLayout.isHexadecimal) else {
      throw StoreError.damagedArtifact(path: artifact.name, reason: "its SHA-256 is not one")
    }
    self.artifact = artifact
    path = StoreLayout.artifact(artifact.sha256, in: store)
    file = try onDisk(OpenFile(path, O_RDONLY, .read, system))
    if try onDisk(file.size()) != artifact.size { throw damage }
  }

  /// The next bytes, at most 1 MiB; nil at the end. Throws `StoreError.damagedArtifact` at the end of bytes that are not
  /// those that the log names.
  public func next() throws(StoreError) -> [UInt8]? {
    let bytes = try onDisk(file.readAll(from: digest.count, limit: ArtifactFolder.chunk))
    digest.add(bytes)
    if !bytes.isEmpty, digest.count <= artifact.size { return bytes }
    guard digest.count == artifact.size, digest.hexadecimal() == artifact.sha256 else { throw damage }
    return nil
  }

  private var damage: StoreError {
    .damagedArtifact(path: path, reason: "its bytes are not those that the log names")
  }
}

extension RunWriter {
  /// Keeps `bytes` with the run under `name`, durably. Bytes that the store has already are not written again.
  ///
  /// `name` is a path such as `plots/loss.svg`, `mediaType` as in HTTP. Throws `StoreError.badArtifactName` for a name that
  /// is none.
  public func saveArtifact(_ bytes: [UInt8], name: String, mediaType: String? = nil) throws(StoreError) {
    try ArtifactRecord.check(name: name)
    try record(name, mediaType, size: bytes.count, sha256: artifacts.keep(bytes))
  }

  /// Keeps the contents of the file at `path` with the run under `name`, durably; 1 MiB of it is in memory at a time.
  ///
  /// ```swift
  /// func keepModel(_ run: RunWriter) throws { try run.saveArtifact(file: "model.onnx", name: "models/best.onnx") }
  /// ```
  ///
  /// A file that the store has already is only read. It may be a pipe. Throws `StoreError`.
  public func saveArtifact(file path: String, name: String, mediaType: String? = nil) throws(StoreError) {
    try ArtifactRecord.check(name: name)
    let file = try onDisk(OpenFile(path, O_RDONLY, .read, system))
    let isRegular = try onDisk(file.isRegular())
    if isRegular {
      let digest = try onDisk(ArtifactFolder.digest(of: file))
      if artifacts.holds(digest.hexadecimal(), size: digest.count) {
        return try record(name, mediaType, size: digest.count, sha256: digest.hexadecimal())
      }
    }
    var position = 0
    do {
      try saveArtifact(name: name, mediaType: mediaType) {
        let limit = ArtifactFolder.chunk
        let bytes = try onDisk(isRegular ? file.readAll(from: position, limit: limit) : file.readNext(limit: limit))
        position += bytes.count
        return bytes.isEmpty ? nil : bytes
      }
    } catch {
      // Nothing else is thrown in there.
      throw error as! StoreError
    }
  }

  /// Keeps the chunks that `next` returns until it returns nil with the run under `name`, durably, one in memory at a time.
  ///
  /// ```swift
  /// func keepLines(_ lines: [String], with run: RunWriter) throws {
  ///   var lines = lines.makeIterator()
  ///   try run.saveArtifact(name: "lines.txt", mediaType: "text/plain") { lines.next().map { Array($0.utf8) } }
  /// }
  /// ```
  ///
  /// Throws `StoreError`, or what `next` throws; then the run has no such artifact.
  public func saveArtifact(name: String, mediaType: String? = nil, chunks next: () throws -> [UInt8]?) throws {
    try ArtifactRecord.check(name: name)
    let (size, sha256) = try artifacts.keep(next)
    try record(name, mediaType, size: size, sha256: sha256)
  }

  /// Takes the artifacts called `names` away, durably, as `Store.annotate(_:removingArtifacts:)` does.
  package func removeArtifacts(_ names: [String]) throws(StoreError) {
    let now = system.now()
    for name in names { append(.artifactRemoved(name: name, wallTime: now)) }
    try sync()
  }

  public func record(file bytes: [UInt8], as name: String, mediaType: String) throws {
    try saveArtifact(bytes, name: name, mediaType: mediaType)
  }

  private var artifacts: ArtifactFolder {
    ArtifactFolder(store: StoreLayout.store(ofRunFolder: directory), system: system)
  }

  private func record(_ name: String, _ mediaType: String?, size: Int, sha256: String) throws(StoreError) {
    try append(
      durably: .artifact(
        ArtifactRecord(name: name, size: size, sha256: sha256, wallTime: system.now(), mediaType: mediaType)))
  }
}
