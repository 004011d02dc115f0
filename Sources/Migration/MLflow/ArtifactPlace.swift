import DataSources

/// Where the artifacts of a run of MLflow's database lie: at the address that it has, or, where the whole was moved, beside the
/// database in `mlruns` or `mlartifacts`.
enum ArtifactPlace: Hashable {
  case folder(String)
  /// On this machine, and not there: a run without artifacts has no folder.
  case nowhere
  /// On another: S3, a server.
  case elsewhere

  /// `id`: of the run, in which alone its artifacts are looked for, whatever the address.
  init(_ address: String, of id: String, beside folder: String) {
    let path: String
    if address.hasPrefix("file:") {
      let rest = address.dropFirst("file:".count)
      path = DataLocation.percentDecoded(rest.hasPrefix("//") ? rest.dropFirst(2) : rest) ?? String(rest)
    } else if address.hasPrefix(ArtifactAddress.scheme) {
      path = "mlartifacts/" + address.dropFirst(ArtifactAddress.scheme.count).drop { $0 == "/" }
    } else if address.contains("://") {
      self = .elsewhere
      return
    } else {
      path = address
    }
    let parts = path.split(separator: "/").map(String.init)
    guard !parts.contains(".."), parts.suffix(2) == [id, "artifacts"] else {
      self = .elsewhere
      return
    }
    var places = [path.hasPrefix("/") ? path : folder + "/" + path]
    for root in ["mlruns", "mlartifacts"] {
      if let place = parts.lastIndex(of: root) {
        places.append(folder + "/" + parts[place...].joined(separator: "/"))
      }
    }
    self = places.first { ForeignFile.kind(of: $0) == .folder }.map { .folder($0) } ?? .nowhere
  }
}
