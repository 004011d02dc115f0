import DataVersions
import Foundation
import WebServer

/// Starting, watching and stopping work.
extension StudioPages {
  var workRoutes: [Route] {
    [
      Route("GET", "/start", access: .read) { request in .html(try startPage(request.query).page(frame(request))) },
      Route("GET", "/start/command", access: .read) { request in
        let page = try startPage(request.query)
        return .text(page.commands.shown(try page.form.words() + (page.form.isJob ? ["--detach"] : [])))
      },
      Route("POST", "/start", access: .write) { request in
        var page = try startPage(request.form)
        do {
          guard try page.form.isJob else { return .redirect(to: try done(page.form)) }
          let words = try page.form.words() + ["--detach"] + (request.form["when"] == "queue" ? ["--queue"] : [])
          return .redirect(to: "/jobs/" + PercentCoding.encode(try start(words)))
        } catch let error as WebError where error.status == 400 {
          page.error = error.message
          return .html(try page.page(frame(request)), status: 400)
        }
      },
      Route("GET", "/jobs", access: .read) { request in .html(JobsPage(jobs: try hands().jobs()).page(frame(request)))
      },
      Route("GET", "/jobs/list", access: .read) { _ in .html(JobsPage(jobs: try hands().jobs()).list.text) },
      Route("GET", "/jobs/{id}", access: .read) { request in .html(try jobPage(request).page(frame(request))) },
      Route("GET", "/jobs/{id}/body", access: .read) { request in .html(try jobPage(request).body.text) },
      Route("POST", "/jobs/{id}", access: .write) { request in
        let job = try job(request["id"])
        let words = ["stop", job.id] + (request.form["action"] == "kill" ? ["--kill"] : [])
        _ = try hands().output(of: words)
        return .redirect(to: "/jobs/" + PercentCoding.encode(job.id))
      },
      Route("POST", "/runs/{id}/work", access: .write) { request in try change(request) },
    ]
  }

  /// rlrun; throws where it does not lie beside this program.
  func hands() throws(WebError) -> Commands {
    guard let commands else { throw WebError(501, "rlrun is not beside this program: 'make studio' builds both") }
    return commands
  }

  private func startPage(_ form: WebForm) throws -> StartPage {
    let commands = try hands()
    guard let catalogue else { throw WebError(501, "rlrun is not beside this program: 'make studio' builds both") }
    let repository = DataRepository(store: store.path)
    var (names, columns): ([String], [String]) = ([], [])
    if StartForm.Kind(rawValue: form["kind"] ?? "")?.needsData ?? false {
      for name in try repository.names() { names.append(try repository.dataSet(name).latest().reference.address) }
      let start = StartForm(form, catalogue, dataSets: names)
      if let name = start.data.split(separator: "@").first, names.contains(start.data) {
        columns = try repository.dataSet(String(name)).latest().columns.map(\.name)
      }
    }
    return StartPage(form: StartForm(form, catalogue, dataSets: names, columns: columns), commands: commands)
  }

  /// Does what is no job and returns where it shows.
  private func done(_ form: StartForm) throws -> String {
    _ = try hands().output(of: try form.words(), seconds: 600)
    rows.forget()
    cache.forgetListing()
    let experiment = form.value("experiment")
    return RunPage.experiment(experiment.isEmpty ? "imported" : experiment)
  }

  /// The id of the job.
  private func start(_ words: [String]) throws -> String {
    let printed = String(decoding: try hands().output(of: words), as: UTF8.self)
    let id = printed.split(whereSeparator: \.isWhitespace).last.map(String.init) ?? ""
    guard !id.isEmpty, id.allSatisfy({ $0.isLetter || $0.isNumber }) else {
      throw WebError(500, "rlrun said of no job that it began")
    }
    rows.forget()
    return id
  }

  private func job(_ id: String) throws -> Job {
    guard let job = try hands().jobs().first(where: { $0.id == id }) else {
      throw WebError(404, "there is no job \(id)")
    }
    return job
  }

  private static let outputShown = 64 << 10

  private func jobPage(_ request: WebRequest) throws -> JobPage {
    let job = try job(request["id"])
    var output = ""
    if let file = FileHandle(forReadingAtPath: job.output) {
      let size = (try? file.seekToEnd()) ?? 0
      try? file.seek(toOffset: size > Self.outputShown ? size - UInt64(Self.outputShown) : 0)
      output = String(decoding: (try? file.readToEnd()) ?? Data(), as: UTF8.self)
      try? file.close()
    }
    return JobPage(job: job, output: output)
  }

  /// Stops a run's job, or starts one that goes on with the run or does it again.
  private func change(_ request: WebRequest) throws -> WebResponse {
    let id = try record(request).id
    let form = request.form
    switch form["action"] {
    case "stop":
      _ = try hands().output(of: ["stop", id])
      return .redirect(to: "/runs/" + PercentCoding.encode(id))
    case "resume":
      // The server lets go of it.
      try pool.evict(id)
      let steps = form["steps"] ?? ""
      guard steps.allSatisfy(\.isNumber) else { throw WebError(400, "steps are a whole number") }
      let words = ["resume", id] + (steps.isEmpty ? [] : ["--steps", steps]) + ["--detach"]
      return .redirect(to: "/jobs/" + PercentCoding.encode(try start(words)))
    case "reproduce":
      return .redirect(to: "/jobs/" + PercentCoding.encode(try start(["reproduce", id, "--detach"])))
    default: throw WebError(400, "a run is stopped, resumed or reproduced")
    }
  }
}
