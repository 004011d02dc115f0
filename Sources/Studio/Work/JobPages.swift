import Formats
import WebServer

/// The jobs of the store: queued, running and ended.
struct JobsPage {
  let jobs: [Job]

  func page(_ frame: PageFrame) -> String {
    var frame = frame
    (frame.title, frame.place) = ("Jobs", .jobs)
    return frame.page(
      """
      <div class="title"><h1>Jobs</h1><a href="/start">Start one</a></div>
      <div data-load="/jobs/list">\(list)</div>
      """)
  }

  var list: HTML {
    if jobs.isEmpty {
      return
        "<p class=\"empty\">There are none: <a href=\"/start\">start one</a>, or add <code>--detach</code> to a command.</p>"
    }
    let rows: [HTML] = jobs.prefix(500).map { job in
      let runs: [HTML] = job.runs.prefix(12).map { "<a href=\"/runs/\($0)\">\($0)</a> " }
      let more: HTML = job.runs.count > 12 ? "and \(job.runs.count - 12) more" : ""
      return """
        <tr><th scope="row"><a href="/jobs/\(job.id)">\(job.id)</a></th><td><span class="status \(job.colour)">\(job.state)</span></td>
        <td class="n"><time datetime="\(job.started)">\(String(job.started.prefix(16)).replacing("T", with: " "))</time></td>
        <td><code>\(job.shownCommand)</code></td><td>\(runs)\(more)</td><td>\(JobActions(job: job).html)</td></tr>

        """
    }
    let again: HTML = jobs.contains(where: \.isRunning) ? " data-again=\"2\"" : ""
    return """
      <div class="scroll"\(again)><table><thead><tr><th scope="col">Job</th><th scope="col">State</th><th scope="col" class="n">Started</th>
      <th scope="col">Command</th><th scope="col">Runs</th><th scope="col"><span class="hidden">Change</span></th></tr></thead><tbody>\(rows)</tbody></table></div>
      """
  }
}

/// A job and what it prints.
struct JobPage {
  let job: Job
  /// The end of its output.
  let output: String

  func page(_ frame: PageFrame) -> String {
    var frame = frame
    (frame.title, frame.place) = ("Job " + job.id, .jobs)
    return frame.page("<div data-load=\"/jobs/\(job.id)/body\">\(body)</div>")
  }

  var body: HTML {
    let runs: [HTML] = job.runs.map { "<a href=\"/runs/\($0)\">\($0)</a> " }
    let charts: HTML =
      job.runs.count > 1
      ? "<a href=\"/charts?\(WebForm(job.runs.prefix(ChartView.runLimit).map { ("run", $0) }).encoded)\">Charts</a>"
      : ""
    let again: HTML = job.isRunning ? " data-again=\"1\"" : ""
    let status: HTML = job.status.map { "<div><dt>Exit status</dt><dd>\($0)</dd></div>" } ?? ""
    return """
      <div class="title"\(again)><h1>Job \(job.id)</h1><span class="status \(job.colour)">\(job.state)</span>\(JobActions(job: job).html)</div>
      <dl class="facts"><div><dt>Started</dt><dd><time datetime="\(job.started)">\(String(job.started.prefix(16)).replacing("T", with: " "))</time></dd></div>
      <div><dt>Host</dt><dd>\(job.host)</dd></div>\(status)</dl>
      <div class="command"><pre id="command" tabindex="0" aria-label="Command">\(job.shownCommand)</pre><button type="button" class="quiet" data-copy="command">Copy</button></div>
      <section><h2>Runs</h2><p>\(runs)\(charts)</p></section>
      <section><h2>Output</h2><pre class="output" tabindex="0" aria-label="Output">\(HTML.lines(output))</pre></section>
      """
  }
}

/// What can be done with a job that has not ended, with the commands that do it.
struct JobActions {
  let job: Job

  var html: HTML {
    if !job.isRunning { return "" }
    return """
      <form method="post" action="/jobs/\(job.id)" class="row"><button name="action" value="stop" title="rlrun stop \(job.id)">Stop</button>
      <button name="action" value="kill" class="quiet" title="rlrun stop \(job.id) --kill">Kill</button></form>
      """
  }
}
