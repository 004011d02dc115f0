import Files
import Formats
import Glibc

extension Store {
  /// The bytes of an artifact, as they were kept: throws when size or SHA-256 are not what the log says.
  public func artifactBytes(_ artifact: ArtifactRecord) throws(StoreError) -> [UInt8] {
    let isDigest =
      artifact.sha256.utf8.count == 64 && artifact.sha256.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
    guard isDigest else {
      throw StoreError.damagedArtifact(path: artifact.name, reason: "its SHA-256 is not one")
    }
    let path = StoreLayout.artifact(artifact.sha256, in: path)
    let bytes = try onDisk(OpenFile(path, O_RDONLY, .read).readAll())
    guard bytes.count == artifact.size, SHA256.hexadecimal(bytes) == artifact.sha256 else {
      throw StoreError.damagedArtifact(path: path, reason: "its bytes are not those that the log names")
    }
    return bytes
  }
}

extension RunWriter {
  /// Keeps `bytes` with the run under `name`, durably. Bytes that the store has already are not written again.
  public func saveArtifact(_ bytes: [UInt8], name: String) throws(StoreError) {
    let artifact = ArtifactRecord(
      name: name, size: bytes.count, sha256: SHA256.hexadecimal(bytes), wallTime: system.now())
    let path = StoreLayout.artifact(artifact.sha256, in: StoreLayout.store(ofRunFolder: directory))
    let folder = String(path[..<path.lastIndex(of: "/")!])
    try onDisk(Folder.makeAll(folder, system: system))
    // What has the name has the bytes, unless it was damaged since.
    if (try? OpenFile(path, O_RDONLY, .read).readAll()) != bytes {
      try onDisk(Folder.place(bytes, at: path, system: system))
    }
    try append(durably: .artifact(artifact))
  }
}
