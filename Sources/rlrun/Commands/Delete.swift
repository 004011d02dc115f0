import ArgumentParser
import Formats
import Tracker

struct Delete: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete",
    abstract: "Hide runs: they are no longer listed, compared or exported.",
    discussion: """
      Example:
        rlrun delete latest
        rlrun delete --where "steps < 1000" --yes

      Runs that are chosen by --experiment or --where are listed, and deleted once that is confirmed: at the terminal, or
      by --yes. The trials of a search go with it. A run's files stay where they are until rlrun gc removes them; until then rlrun restore takes it back.
      """)

  @OptionGroup var selection: RunSelection

  @Flag(name: .shortAndLong, help: "Delete without a question what --experiment and --where choose.")
  var yes = false

  func run() throws {
    let store = try selection.open()
    let ids = try selection.ids(in: store)
    if !selection.choice.isEmpty {
      try showChosen(ids, in: store)
      let runs = ids.count == 1 ? "this run" : "these \(ids.count) runs"
      guard try Confirmation("delete \(runs)").isGiven(unless: yes) else { return print("Nothing is deleted.") }
    }
    for id in ids {
      do throws(StoreError) {
        // One that went with its search.
        if try store.load(id, includingDeleted: true).isDeleted, !selection.choice.isEmpty { continue }
        let trials = try store.delete(id)
        print("Run \(id) is deleted\(Self.trials(trials)).")
      } catch {
        guard case .live = error, !selection.choice.isEmpty else { throw error }
        complain("skipped, still being written: \(id)")
      }
    }
  }

  /// What goes with a search.
  static func trials(_ count: Int) -> String { count == 0 ? "" : ", with \(count) trial\(count == 1 ? "" : "s")" }

  private func showChosen(_ ids: [String], in store: Store) throws {
    let chosen = Set(ids)
    let runs = try store.fields().filter { chosen.contains($0.id) }
    print(RunsTable(runs, columns: []).table.fitted(to: pageWidth).text(noting: "rlrun runs --wide shows them"))
  }
}

struct Restore: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "Restore a deleted run, of a search with its trials.",
    discussion: """
      Example:
        rlrun restore 3f9k2mzq

      A run that rlrun gc has removed is gone.
      """)

  @Argument(help: ArgumentHelp("The run.", valueName: "run"))
  var reference: String

  @OptionGroup var storeOption: StoreOption

  func run() throws {
    let store = try storeOption.open()
    let id = try store.find(reference, includingDeleted: true)
    guard try store.load(id, includingDeleted: true).isDeleted else { return print("Run \(id) is not deleted.") }
    let trials = try store.restore(id)
    print("Run \(id) is restored\(Delete.trials(trials)).")
  }
}
