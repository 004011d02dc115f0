import Tracker
import WebServer

/// The experiments of the store.
struct ExperimentsPage {
  let experiments: [Experiment]

  func page(_ frame: PageFrame) -> String {
    var frame = frame
    (frame.title, frame.place) = ("Experiments", .experiments)
    if experiments.isEmpty { return frame.page("<h1>Experiments</h1><p class=\"empty\">There are none yet.</p>") }
    let rows: [HTML] = experiments.map { experiment in
      let tags: [HTML] = experiment.tags.sorted { $0.key < $1.key }.map {
        "<span class=\"tag\">\($0.key)=\($0.value)</span> "
      }
      let archived: HTML = experiment.isArchived ? " <span class=\"soft\">archived</span>" : ""
      let action = experiment.isArchived ? "restore" : "archive"
      return """
        <tr><th scope="row"><a href="\(RunPage.experiment(experiment.name))">\(experiment.name)</a>\(archived)</th>
        <td class="n">\(Shown.grouped(experiment.runs))</td><td class="n">\(TimeText.time(Double(experiment.created) / 1e6))</td>
        <td>\(experiment.text ?? "")</td><td>\(tags)</td>
        <td><form method="post" action="/experiments"><input type="hidden" name="name" value="\(experiment.name)">
        <button name="action" value="\(action)" class="quiet">\(action.capitalized)</button></form></td>
        <td><details class="rename"><summary>Rename</summary><form method="post" action="/experiments" class="inline">
        <input type="hidden" name="name" value="\(experiment.name)">
        <input name="new" value="\(experiment.name)" required autocomplete="off" aria-label="New name of \(experiment.name)">
        <button name="action" value="rename">Rename</button></form></details></td></tr>

        """
    }
    return frame.page(
      """
      <h1>Experiments</h1><div class="scroll"><table><thead><tr><th scope="col">Name</th><th scope="col" class="n">Runs</th>
      <th scope="col" class="n">Created</th><th scope="col">Description</th><th scope="col">Tags</th><th scope="col"><span class="hidden">Change</span></th><th scope="col"><span class="hidden">Rename</span></th></tr></thead>
      <tbody>\(rows)</tbody></table></div>
      """)
  }
}

/// Deleted runs, which can be taken back.
struct DeletedPage {
  let runs: [RunSummary]

  func page(_ frame: PageFrame) -> String {
    var frame = frame
    (frame.title, frame.place) = ("Deleted runs", .deleted)
    if runs.isEmpty { return frame.page("<h1>Deleted runs</h1><p class=\"empty\">There are none.</p>") }
    let rows: [HTML] = runs.map { run in
      """
      <tr><td><code>\(run.id)</code></td><td>\(run.name)</td><td>\(run.experiment)</td>
      <td class="n">\(TimeText.time(Double(run.start) / 1e3))</td>
      <td><form method="post" action="/runs/change"><input type="hidden" name="run" value="\(run.id)"><input type="hidden" name="back" value="/deleted">
      <button name="action" value="restore" class="quiet">Restore</button></form></td></tr>

      """
    }
    return frame.page(
      """
      <h1>Deleted runs</h1><div class="scroll"><table><thead><tr><th scope="col">Run</th><th scope="col">Name</th><th scope="col">Experiment</th>
      <th scope="col" class="n">Started</th><th scope="col"><span class="hidden">Change</span></th></tr></thead><tbody>\(rows)</tbody></table></div>
      """)
  }
}

/// Where a token is typed.
struct SignOnPage {
  let back: String
  let isWrong: Bool

  func page(_ frame: PageFrame) -> String {
    var frame = frame
    frame.title = "Sign on"
    let wrong: HTML = isWrong ? "<p class=\"error\" role=\"alert\">This is none of the server's tokens.</p>" : ""
    return frame.page(
      """
      <form method="post" action="/sign-on" class="sign-on"><h1>Sign on</h1>\(wrong)<input type="hidden" name="back" value="\(back)">
      <label>Token <input name="token" type="password" autocomplete="current-password" required autofocus></label><button>Sign on</button></form>
      """)
  }
}

/// An answer that is no success, for a person.
struct ErrorPage {
  let error: WebError

  func page(_ frame: PageFrame) -> String {
    var frame = frame
    frame.title = "Error"
    return frame.page(
      "<h1>\(error.status == 404 ? "Not found" : "This did not work")</h1><p class=\"empty\">\(error.message)</p>")
  }
}
