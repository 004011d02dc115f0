import Analysis
import Formats
import Telemetry
import Tracker
import WebServer

/// The pages of Studio and what their forms do.
struct StudioPages: Sendable {
  let store: Store
  let pool: RunWriterPool
  let cache: RunCache
  let signOn: SignOn
  let rows: RunRows
  let curves: ReducedCurves
  /// nil where rlrun is not there: then nothing is started.
  let commands: Commands?
  let catalogue: ProgramDescription?
  let films = Films()

  init(_ store: Store, pool: RunWriterPool, cache: RunCache, signOn: SignOn, commands: Commands? = nil) {
    self.commands = commands
    catalogue = commands.map { ProgramDescription($0) }
    (self.store, self.pool, self.cache, self.signOn) = (store, pool, cache, signOn)
    rows = RunRows(store)
    curves = ReducedCurves(store)
  }

  func frame(_ request: WebRequest?) -> PageFrame {
    PageFrame(
      title: "", visitor: request?.visitor ?? Visitor(name: nil, access: .open),
      hasSignOff: !signOn.isOpen && request.map { $0.visitor.access > .open && $0.visitor.name == nil } ?? false)
  }

  var routes: [Route] {
    reading + chartRoutes + workRoutes + runParts + dataRoutes + changing + signing + assets
  }

  private var reading: [Route] {
    [
      Route("GET", "/", access: .read) { request in
        let view = RunView(request.query)
        // An address with the former name of an experiment leads to it.
        if let name = view.experiment, Store.canName(experiment: name),
          let current = try store.currentName(ofExperiment: name), current != name
        {
          return .redirect(to: view.address { $0.experiment = current })
        }
        return .html(RunTablePage(view, of: try rows.all()).page(frame(request)))
      },
      Route("GET", "/rows", access: .read) { request in
        .html(RunTablePage(RunView(request.query), of: try rows.all()).fragment(count: RunView.pageSize))
      },
      Route("GET", "/experiments", access: .read) { request in
        .html(ExperimentsPage(experiments: try store.experiments()).page(frame(request)))
      },
      Route("GET", "/deleted", access: .read) { request in
        let runs = try cache.all().map(\.summary).filter { $0.isDeleted }.sorted { $0.start > $1.start }
        return .html(DeletedPage(runs: Array(runs.prefix(1_000))).page(frame(request)))
      },
      Route("GET", "/runs/{id}", access: .read) { request in
        .html(try runPage(request).page(frame(request)))
      },
      Route("GET", "/runs/{id}/head", access: .read) { request in .html(RunPage(record: try record(request)).head.text)
      },
      Route("GET", "/runs/{id}/points", access: .read) { request in
        let buckets = min(max(request.query["buckets"].flatMap { Int($0) } ?? 600, 1), RunPoints.bucketLimit)
        let metrics = request.query.all("metric").prefix(100)
        return .json(try RunPoints.json(request["id"], Array(metrics), buckets: buckets, in: store))
      },
      Route("GET", "/runs/{id}/events", access: .read) { request in
        guard try store.stamp(of: request["id"]) != nil else { throw WebError(404, "there is no run \(request["id"])") }
        return RunPoints.follow(request["id"], in: store)
      },
      Route("GET", "/runs/{id}/artifacts/{path*}", access: .read) { request in
        do {
          return try ArtifactResponse.of(request["path"], in: try record(request).artifacts, store)
        } catch let error as MLflowError {
          throw WebError(error.code.status, error.message)
        }
      },
      Route("GET", "/compare", access: .read) { request in
        if request.query.all("run").count > ComparePage.limit {
          throw WebError(400, "at most \(ComparePage.limit) runs are compared at once")
        }
        let view = ChartView(request.query)
        let ids: [String]
        do {
          ids = try view.ids { try rows.all() }.shown
        } catch let error as FilterError {
          throw WebError(400, error.description)
        }
        let records = try ids.map { try store.load($0) }
        let metric = request.query["metric"].flatMap { $0.isEmpty ? nil : $0 }
        return .html(ComparePage(view: view, records: records, metric: metric).page(frame(request)))
      },
    ]
  }

  private var changing: [Route] {
    [
      Route("POST", "/runs/change", access: .write) { request in
        let form = request.form
        for id in form.all("run") {
          try pool.evict(id)
          switch form["action"] {
          case "delete": try store.delete(id)
          case "restore": try store.restore(id)
          default: throw WebError(400, "a run is deleted or restored")
          }
        }
        rows.forget()
        cache.forgetListing()
        return .redirect(to: Self.local(form["back"]))
      },
      Route("POST", "/runs/{id}/tags", access: .write) { request in
        let form = request.form
        if let key = form["remove"] {
          try write(request["id"]) { try $0.removeTag(key) }
        } else if let key = form["key"], !key.isEmpty {
          try write(request["id"]) { try $0.tag(key, form["value"] ?? "") }
        } else {
          throw WebError(400, "a tag needs a name")
        }
        return .redirect(to: "/runs/" + PercentCoding.encode(request["id"]))
      },
      Route("POST", "/runs/{id}/artifacts", access: .write) { request in
        guard let name = request.form["remove"] else { throw WebError(400, "say which artifact is to be deleted") }
        let record = try record(request)
        guard record.artifacts.contains(where: { $0.name == name }) else {
          throw WebError(404, "the run has no artifact \(name)")
        }
        try write(record.id) { try $0.removeArtifacts([name]) }
        return .redirect(to: "/runs/" + PercentCoding.encode(record.id))
      },
      Route("POST", "/runs/{id}/notes", access: .write) { request in
        guard let text = request.form["text"], !text.isEmpty else { throw WebError(400, "a note needs a text") }
        try write(request["id"]) { try $0.note(text) }
        return .redirect(to: "/runs/" + PercentCoding.encode(request["id"]))
      },
      Route("POST", "/experiments", access: .write) { request in
        let form = request.form
        guard let name = form["name"], !name.isEmpty else { throw WebError(400, "an experiment needs a name") }
        switch form["action"] {
        case "archive": try store.archive(experiment: name)
        case "restore": try store.archive(experiment: name, false)
        case "rename":
          try store.rename(experiment: name, to: form["new"] ?? "")
          rows.forget()
          cache.forgetListing()
        default: throw WebError(400, "an experiment is archived, restored or renamed")
        }
        return .redirect(to: "/experiments")
      },
    ]
  }

  private var signing: [Route] {
    [
      Route("GET", "/sign-on", access: .open) { request in
        .html(SignOnPage(back: Self.local(request.query["back"]), isWrong: false).page(frame(nil)))
      },
      Route("POST", "/sign-on", access: .open) { request in
        let form = request.form
        let back = Self.local(form["back"])
        let isSecure = request.headers["x-forwarded-proto"] == "https"
        guard let cookie = signOn.begin(with: form["token"] ?? "", isSecure: isSecure) else {
          return .html(SignOnPage(back: back, isWrong: true).page(frame(nil)), status: 401)
        }
        return WebResponse(status: 303, headers: ["Location": back, "Set-Cookie": cookie])
      },
      Route("POST", "/sign-off", access: .open) { request in
        WebResponse(status: 303, headers: ["Location": "/sign-on", "Set-Cookie": signOn.end(headers: request.headers)])
      },
    ]
  }

  private var assets: [Route] {
    Assets.all.map { name, file in Route("GET", "/assets/" + name, access: .open) { file.response(to: $0) } }
  }

  /// The form of an error that a person sees: where nobody has signed on, the page for that.
  func errorPage(_ error: WebError, _ target: RequestTarget?, accepts: String) -> WebResponse {
    guard accepts.contains("text/html") else { return .text(error.message + "\n", status: error.status) }
    if error.status == 401, let target {
      let query = target.query.encoded
      let here = "/" + target.path.map(PercentCoding.encode).joined(separator: "/") + (query.isEmpty ? "" : "?" + query)
      return .redirect(to: "/sign-on?" + WebForm([("back", here)]).encoded)
    }
    return .html(ErrorPage(error: error).page(frame(nil)), status: error.status)
  }

  // MARK: Parts

  func record(_ request: WebRequest) throws -> RunRecord {
    do throws(StoreError) {
      return try store.load(request["id"])
    } catch {
      if case .unknownRun = error { throw WebError(404, error.sentence) }
      if case .deleted = error { throw WebError(404, error.sentence) }
      throw error
    }
  }

  private func write(_ id: String, _ body: (RunWriter) throws -> Void) throws {
    try cache.write(to: id, in: pool, body)
    // Others may write it again at once, `rlrun tag` among them.
    if try cache.find(id)?.status != "RUNNING" { try pool.evict(id) }
    rows.forget()
  }

  /// An address of this server: a form cannot send people elsewhere.
  private static func local(_ address: String?) -> String {
    guard let address, address.hasPrefix("/"), !address.hasPrefix("//"), !address.contains("\\"),
      address.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value < 0x7F })
    else { return "/" }
    return address
  }
}
