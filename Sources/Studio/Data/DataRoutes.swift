import DataVersions
import Datasets
import Formats
import Foundation
import WebServer

/// Data sets, their versions and rows; what takes long to know of them is asked of rlrun.
extension StudioPages {
  private var repository: DataRepository { DataRepository(store: store.path) }

  var dataRoutes: [Route] {
    [
      Route("GET", "/data", access: .read) { request in
        let sets = try repository.names().map { try repository.dataSet($0) }
        let pages = try sets.map { (latest: try $0.latest(), count: try $0.numbers().count) }
        return .html(DataSetsPage(sets: pages).page(frame(request)))
      },
      Route("GET", "/data/{name}", access: .read) { request in
        let version = try version(request)
        let set = try repository.dataSet(version.name)
        return .html(
          try DataSetPage(version: version, numbers: set.numbers(), form: request.query, repository).page(
            frame(request)))
      },
      Route("GET", "/data/{name}/rows", access: .read) { request in
        .html(try DataRows(version(request), request.query, repository).html.text)
      },
      Route("GET", "/data/{name}/profile", access: .read) { request in
        let version = try version(request)
        return try Scratch.with(".html") { path in
          var words = ["data", "profile", version.reference.address, "-o", path]
          if let target = request.query["target"], version.columns.contains(where: { $0.name == target }) {
            words.append("--target=" + target)
          }
          _ = try hands().output(of: words, seconds: 300)
          return SandboxedFile.page(Array(try Data(contentsOf: URL(filePath: path))))
        }
      },
      Route("GET", "/data/{name}/checks", access: .read) { request in
        let version = try version(request)
        return .html(DataChecks(try suggested(version), of: version).html.text)
      },
      Route("POST", "/data/{name}/clean", access: .write) { request in try clean(request) },
    ]
  }

  private func version(_ request: WebRequest) throws -> DataVersion {
    let name = request["name"]
    guard DataSetReference.isName(name), try repository.names().contains(name) else {
      throw WebError(404, "there is no data set \(name)")
    }
    let set = try repository.dataSet(name)
    guard let text = request.query["version"] else { return try set.latest() }
    guard let number = Int(text), try set.numbers().contains(number) else {
      throw WebError(404, "\(name) has no version \(text)")
    }
    return try set.version(.number(number))
  }

  /// What the checks find, and the plan that they suggest, in its order.
  private func suggested(_ version: DataVersion) throws -> (report: JSONValue, plan: String) {
    try Scratch.with(".yaml") { path in
      let report = try hands().json(of: ["data", "check", version.reference.address, "--json", "--suggest", path])
      return (report, String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self))
    }
  }

  /// Makes a version by those repairs that were chosen.
  private func clean(_ request: WebRequest) throws -> WebResponse {
    let version = try version(request)
    let chosen = request.form.all("repair")
    if chosen.isEmpty { throw WebError(400, "choose at least one repair") }
    // What came back is read as JSON and written again: a plan holds nothing else.
    let repairs = try chosen.map { text in
      guard let value = JSONValue(Array(text.utf8)), case .object = value else {
        throw WebError(400, "this is no repair")
      }
      return value
    }
    let plan = JSONWriter.object { json in json.member("repairs") { $0.list(repairs) { $0.value($1) } } }
    return try Scratch.with(".yaml") { path in
      try Data(plan).write(to: URL(filePath: path))
      _ = try hands().output(
        of: ["data", "clean", version.reference.address, "--plan", path, "--note=cleaned in the studio"], seconds: 300)
      return .redirect(to: "/data/" + PercentCoding.encode(version.name))
    }
  }
}

/// A file for the time of a request.
enum Scratch {
  static func with<Result>(_ ending: String, _ body: (String) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "rlrun-studio-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder.appending(path: "file" + ending).path)
  }
}

extension DataSetReference {
  /// As commands take it: `NAME@3`.
  var address: String { String("\(self)".trimmingPrefix("data:")) }
}
