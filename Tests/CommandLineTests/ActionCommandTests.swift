import Foundation
import Testing

/// What a run does about findings, on the command line.
@Suite struct ActionCommandTests {
  private static let training = [
    "train", "CartPole-v1", "--preset", "zoo", "--steps", "40000", "--eval-freq", "5000", "--rules", "none", "--when",
    "train/n_updates > 900", "--max-rewinds", "1",
  ]

  /// Points but the times, without what names the run.
  private func points(_ store: String, in workplace: Workplace) throws -> [String] {
    let csv = try workplace.rlrun("export", "latest", "--format", "csv", "--store", store).output
    return csv.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
      .filter { !$0[5].hasPrefix("time/") }.map { "\($0[5]) \($0[6]) \($0[8])" }
  }

  @Test func `a rewound run tells its story, and killed after the rewind it comes back the same`() throws {
    let workplace = try Workplace()
    let arguments = Self.training + ["--on", "any=rewind:learning_rate*0.1,seed"]
    let whole = try workplace.run("rlrun", arguments + ["--store", "whole"])
    #expect(whole.status == 0, "\(whole.errors)")
    #expect(whole.errors.contains("rewind 1: When at step "), "\(whole.errors)")
    #expect(whole.errors.contains("learning_rate lin_0.001 → lin_0.0001, seed of the samplers moved"))
    let page = try workplace.rlrun("show", "latest", "--store", "whole").output
    #expect(page.contains("Rewinds\n"))
    #expect(page.contains("    found: warning: When at step "), "\(page)")
    #expect(page.contains("  then: finished at step "))
    let json = try workplace.rlrun("show", "latest", "--store", "whole", "--json").output
    #expect(json.contains("\"moves_seed\" : true") || json.contains("\"movesSeed\" : true"), "\(json)")

    let (process, output, errors) = try workplace.start("rlrun", arguments + ["--store", "cut"])
    try waitForRewind(in: workplace.folder.appendingPathComponent("cut/default"))
    kill(process.processIdentifier, SIGKILL)
    _ = Workplace.finish(process, output, errors)
    #expect(try workplace.rlrun("verify", "--store", "cut").status == 0)
    #expect(try workplace.rlrun("resume", "latest", "--store", "cut").status == 0)
    let (uncut, cut) = (try points("whole", in: workplace), try points("cut", in: workplace))
    #expect(uncut.count > 100 && uncut == cut)
    #expect(try workplace.rlrun("reproduce", "latest", "--store", "cut").status == 0)
  }

  private func waitForRewind(in folder: URL) throws {
    for _ in 0..<6_000 {
      for id in (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [] {
        let log = try? Data(contentsOf: folder.appendingPathComponent("\(id)/log.rlog"))
        if log?.firstRange(of: Data("\"movesSeed\"".utf8)) != nil { return }
      }
      usleep(5_000)
    }
    Issue.record("no run was rewound")
  }

  @Test func `stop and a command that fails are told`() throws {
    let workplace = try Workplace()
    let result = try workplace.run(
      "rlrun", Self.training + ["--on", "When=stop", "--on", "any=run:cat; exit 7", "--command-timeout", "20s"])
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.errors.contains("stopped by the finding When at step "), "\(result.errors)")
    #expect(result.errors.contains("the command 'cat; exit 7' failed with status 7"), "\(result.errors)")
    let page = try workplace.rlrun("show", "latest").output
    #expect(page.contains("stopped by the finding When") && page.contains("failed with status 7"))
  }

  @Test func `a fit stops on a finding, or goes back where it has epochs`() throws {
    let workplace = try Workplace()
    let rows = (0..<60).map { "\($0),\(($0 * 37) % 11),\($0 % 2)" }
    try workplace.write("a,b,y\n" + rows.joined(separator: "\n") + "\n", to: "data.csv")
    let fit = ["fit", "data.csv", "--target", "y", "--model", "mlp", "--rules", "none", "--when", "train/loss > 0"]
    let result = try workplace.run("rlrun", fit + ["--on", "any=stop"])
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.errors.contains("stopped by the finding When at step 1"), "\(result.errors)")
    #expect(try workplace.rlrun("reproduce", "latest").status == 0)
    let rewound = try workplace.run("rlrun", fit + ["--on", "any=rewind", "--max-rewinds", "1", "--set", "epochs=5"])
    #expect(
      rewound.status == 0 && rewound.errors.contains("rewind 1: When at step 1; from step 0 on"), "\(rewound.errors)")
    #expect(try workplace.rlrun("reproduce", "latest").status == 0)
    let direct = try workplace.run(
      "rlrun", ["fit", "data.csv", "--target", "y", "--model", "logistic", "--on", "any=rewind"])
    #expect(direct.status == 2, "\(direct.errors)")
    #expect(
      direct.errors.contains("there is no hyperparameter 'learning_rate'")
        || direct.errors.contains("logistic is fitted in one go and cannot be rewound"), "\(direct.errors)")
  }

  @Test(arguments: [
    (["--on", "error=jump"], "--on takes warn, stop, checkpoint, rewind, rewind:CHANGES or run:COMMAND"),
    (["--on", "Overfitt=stop"], "did you mean 'Overfit'?"), (["--max-rewinds=-1"], "--max-rewinds takes a whole"),
    (["--on", "any=rewind:gama*0.5"], "there is no hyperparameter 'gama'; did you mean 'gamma'?"),
    (["--command-timeout", "soon"], "The value 'soon' is invalid"),
  ])
  func `what is not understood is one sentence and status 2`(options: [String], sentence: String) throws {
    let workplace = try Workplace()
    let result = try workplace.run("rlrun", ["train", "CartPole-v1"] + options)
    #expect(result.status == 2)
    #expect(result.errors.contains(sentence), "\(result.errors)")
  }
}
