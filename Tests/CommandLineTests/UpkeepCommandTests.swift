import Foundation
import Testing

/// `import` and `verify`.
@Suite struct UpkeepCommandTests {
  private let recorded = Workplace.package.appendingPathComponent("Tests/Goldens/recorded/trackers/folder").path

  @Test func `folders of one training with several seeds are seeds of one configuration`() throws {
    let workplace = try Workplace()
    for name in ["PPO_1", "PPO_2"] {
      try FileManager.default.createDirectory(atPath: workplace.path("logs"), withIntermediateDirectories: true)
      try FileManager.default.copyItem(atPath: recorded, toPath: workplace.path("logs/" + name))
    }
    let imported = try workplace.rlrun("import", "logs")
    #expect(imported.status == 0 && imported.errors.isEmpty, "\(imported.errors)")
    #expect(imported.output.contains("logs/PPO: 2 runs are seeds 1, 2 of one configuration; --separate"))
    let runs = try workplace.rlrun("runs", "--columns", "seed,environment,rollout/ep_rew,eval/mean_reward").output
    #expect(
      runs.split(separator: "\n").dropFirst().map { $0.split(separator: " ").prefix(2) } == [
        ["1", "CartPole-v1"], ["2", "CartPole-v1"],
      ])
    let compared = try workplace.rlrun("compare", "--experiment", "imported", "--csv").output
    #expect(compared.split(separator: "\n").count == 2 && compared.contains(",eval/mean_reward,2,2,"))
    let separate = try workplace.rlrun("import", "logs", "--separate", "--experiment", "apart")
    #expect(separate.status == 0 && !separate.output.contains("one configuration"))
    #expect(try workplace.rlrun("compare", "--experiment", "apart", "--csv").output.split(separator: "\n").count == 3)
  }

  @Test func `the files of a folder are one run, whether the folder is named or its files are`() throws {
    let workplace = try Workplace()
    let files = try FileManager.default.contentsOfDirectory(atPath: recorded).map { recorded + "/" + $0 }
    for (number, paths) in [[recorded], files, files.reversed() + [recorded]].enumerated() {
      let result = try workplace.run("rlrun", ["import", "--experiment", "e\(number)"] + paths)
      #expect(result.status == 0 && result.output.split(separator: "\n").count == 1, "\(result.output)\(result.errors)")
    }
    let exported = try (0..<3).map { number in
      try workplace.rlrun("export", "--experiment", "e\(number)").output.split(separator: "\n").dropFirst().map {
        line in
        line.split(separator: ",", omittingEmptySubsequences: false).dropFirst(2).joined(separator: ",")
      }
    }
    #expect(exported[0].count > 100 && exported[0] == exported[1] && exported[1] == exported[2])
    let broken = try workplace.run(
      "/bin/bash", ["-c", "head -c 300 '\(recorded)/evaluations.npz' > evaluations.npz; rlrun import evaluations.npz"])
    #expect(broken.status == 1)
    #expect(
      broken.errors == "rlrun: evaluations.npz: this archive cannot be read: the archive's list of files is missing\n")
  }

  @Test func `verify says an emptied log, a copied and a moved folder, and what is no file of ours`() throws {
    let workplace = try Workplace()
    func start(_ experiment: String) throws -> String {
      let id = try workplace.rlrun("log", "--start", "--experiment", experiment).output
      return id.trimmingCharacters(in: .newlines)
    }
    let ids = try ["a", "a", "b"].map(start)
    #expect(try workplace.rlrun("verify").status == 0)
    func shell(_ script: String) throws { #expect(try workplace.run("/bin/bash", ["-c", script]).status == 0) }

    try shell("mv runs/b/\(ids[2]) runs/a/; touch runs/a/\(ids[2])/notes.txt runs/README")
    let moved = try workplace.rlrun("verify")
    #expect(moved.status == 0)
    #expect(moved.output.contains("  note: it lies in runs/a, and was started in experiment 'b'"))
    #expect(moved.output.contains("  note: runs/a/\(ids[2])/notes.txt is no file of rlrun's\n"))
    #expect(moved.output.contains("note: runs/README is no file of rlrun's\n"))
    #expect(moved.output.contains("3 runs, 0 damaged"))

    try shell("cp -r runs/a/\(ids[0]) runs/b/")
    let copied = try workplace.rlrun("verify", ids[0])
    #expect(copied.status == 1)
    #expect(copied.output.contains("run \(ids[0]) is there 2 times, in runs/a/\(ids[0]) and runs/b/\(ids[0])"))
    #expect(try workplace.rlrun("verify").output.contains("4 runs, 2 damaged"))
    try shell("rm -r runs/b/\(ids[0]); : > runs/a/\(ids[0])/log.rlog; rm runs/a/\(ids[1])/log.rlog")
    let emptied = try workplace.rlrun("verify")
    #expect(emptied.status == 1)
    #expect(
      emptied.output.contains("\(ids[0])  damaged: 0 frames") && emptied.output.contains("byte 0: the segment is empty")
    )
    #expect(emptied.output.contains("damaged: runs/a/\(ids[1]) is a run's folder without a log: log.rlog is missing\n"))
  }
}
