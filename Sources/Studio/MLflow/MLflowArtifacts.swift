import Migration
import Tracker
import WebServer

/// Artifacts: lists of them, and the bytes, which pass through this server.
extension MLflowAPI {
  /// Bytes of the longest artifact that is taken.
  private static let limit = 1 << 40

  func artifactRoutes(under base: String) -> [Route] {
    let files = base + "/mlflow-artifacts/artifacts"
    return [
      MLflowCall("GET", "artifacts/list") { input in
        let run = try run(try input.runID())
        return try listing(of: run, in: try input.text("path") ?? "", isWhole: true)
      }.route(under: base + "/mlflow/"),
      MLflowCall("GET", "logged-models/{model_id}/artifacts/directories") { input in
        let model = try model(try input.required("model_id"))
        return try listing(of: model, in: try input.text("artifact_directory_path") ?? "", isWhole: true)
      }.route(under: base + "/mlflow/"),
      MLflowCall("GET", "artifacts") { input in
        guard let address = ArtifactAddress(path: try input.required("path")) else {
          throw MLflowError.missing("'\(try input.required("path"))' is not the path of a run's artifacts")
        }
        return try listing(of: try owner(of: address), in: address.path, isWhole: false)
      }.route(under: base + "/mlflow-artifacts/"),
      Route("GET", files + "/{path*}", access: .read) { request in try answering { try download(request) } },
      Route("PUT", files + "/{path*}", access: .write, intake: .file(limit: Self.limit)) { request in
        try answering { try upload(request) }
      },
      Route("DELETE", files + "/{path*}", access: .write) { request in try answering { try remove(request) } },
      Route("POST", base + "/mlflow-artifacts/mpu/{path*}", access: .write) { _ in
        MLflowError(.notImplemented, "Artifacts are uploaded whole here.").response()
      },
    ]
  }

  private func answering(_ body: () throws -> WebResponse) throws -> WebResponse {
    do { return try body() } catch { return MLflowError(error).response() }
  }

  /// The run or logged model that has the artifacts.
  private func owner(of address: ArtifactAddress) throws -> RunSummary {
    guard let run = try cache.find(address.run) else {
      throw MLflowError.missing("Run with id=\(address.run) not found")
    }
    return run
  }

  private func artifacts(of run: RunSummary) throws -> [ArtifactRecord] {
    let artifacts = try store.load(run.id, includingDeleted: true).artifacts
    // A later one of a name stands for an earlier.
    return Array(Dictionary(artifacts.map { ($0.name, $0) }) { $1 }.values)
  }

  /// `isWhole`: with paths from the run's root, as `artifacts/list` has them, else from the folder that is listed.
  private func listing(of run: RunSummary, in folder: String, isWhole: Bool) throws -> WebResponse {
    let folder = folder.split(separator: "/").joined(separator: "/")
    if folder.split(separator: "/").contains("..") { throw MLflowError.invalid("Invalid path: '\(folder)'") }
    let items = ArtifactListing.items(of: try artifacts(of: run), in: folder)
    return .object { json in
      json.member("root_uri", ArtifactAddress.root(of: run))
      json.member("files") { json in
        json.list(items) { json, item in
          json.object { json in
            json.member("path", isWhole && !folder.isEmpty ? folder + "/" + item.name : item.name)
            json.member("is_dir", item.size == nil)
            if let size = item.size { json.member("file_size", size) }
          }
        }
      }
    }
  }

  private func upload(_ request: WebRequest) throws -> WebResponse {
    guard let address = ArtifactAddress(path: request["path"]), !address.path.isEmpty else {
      throw MLflowError.invalid("'\(request["path"])' is not the path of an artifact")
    }
    let run = try owner(of: address)
    if run.isDeleted { throw MLflowError.invalid("The run \(run.id) must be in the 'active' state.") }
    let type = request.headers["content-type"].flatMap { $0.isEmpty ? nil : $0 } ?? MediaType.of(address.path)
    try cache.write(to: run.id, in: pool) { writer in
      switch request.body {
      case .bytes(let bytes): try writer.saveArtifact(bytes, name: address.path, mediaType: type)
      case .file(let path): try writer.saveArtifact(file: path, name: address.path, mediaType: type)
      }
    }
    return .empty
  }

  /// A file, or all files of a folder. Only names that the log has are taken away: no path leads anywhere else.
  private func remove(_ request: WebRequest) throws -> WebResponse {
    guard let address = ArtifactAddress(path: request["path"]) else {
      throw MLflowError.invalid("'\(request["path"])' is not the path of an artifact")
    }
    let run = try owner(of: address)
    if run.isDeleted { throw MLflowError.invalid("The run \(run.id) must be in the 'active' state.") }
    let names = try artifacts(of: run).map(\.name).filter { address.covers($0) }.sorted()
    if names.isEmpty, !address.path.isEmpty { throw MLflowError.missing("No such artifact: '\(address.path)'") }
    if !names.isEmpty { try cache.write(to: run.id, in: pool) { try $0.removeArtifacts(names) } }
    return .empty
  }

  private func download(_ request: WebRequest) throws -> WebResponse {
    guard let address = ArtifactAddress(path: request["path"]), !address.path.isEmpty else {
      throw MLflowError.missing("'\(request["path"])' is not the path of an artifact")
    }
    return try ArtifactResponse.of(address.path, in: try artifacts(of: try owner(of: address)), store)
  }
}

/// The bytes of an artifact as an answer that no browser takes for a page of this server.
enum ArtifactResponse {
  static func of(_ name: String, in artifacts: [ArtifactRecord], _ store: Store) throws -> WebResponse {
    guard let artifact = artifacts.last(where: { $0.name == name }) else {
      throw MLflowError.missing("No such artifact: '\(name)'")
    }
    let reader = LentReader(try store.openArtifact(artifact))
    let file = name.split(separator: "/").last.map(String.init) ?? "artifact"
    return WebResponse(
      headers: [
        "Content-Type": "application/octet-stream",
        "Content-Disposition": "attachment; filename*=UTF-8''\(PercentCoding.encode(file))",
        "Content-Security-Policy": "sandbox; default-src 'none'",
      ], body: .chunks(length: artifact.size) { try reader.next() })
  }
}

/// A reader that one thread after the other uses.
final class LentReader: @unchecked Sendable {
  private let reader: ArtifactReader

  init(_ reader: ArtifactReader) { self.reader = reader }

  func next() throws -> [UInt8]? { try reader.next() }
}
