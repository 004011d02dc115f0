/// A file kept with a run; its bytes are in the store once, however many runs have it.
///
/// ```swift
/// func listArtifacts(of id: String, in store: Store) throws {
///   for artifact in try store.load(id).artifacts { print(artifact.name, artifact.size, artifact.mediaType ?? "") }
/// }
/// ```
public struct ArtifactRecord: Sendable, Hashable {
  /// A path such as `plots/loss.svg`; a later artifact of one name stands for an earlier.
  public var name: String
  /// Bytes.
  public var size: Int
  /// Lower-case hexadecimal.
  public var sha256: String
  /// Unix time in microseconds.
  public var wallTime: Int64
  /// As in HTTP, `image/svg+xml`; nil where nobody said.
  public var mediaType: String?

  public init(name: String, size: Int, sha256: String, wallTime: Int64, mediaType: String? = nil) {
    self.name = name
    self.size = size
    self.sha256 = sha256
    self.wallTime = wallTime
    self.mediaType = mediaType
  }
}
