import Foundation
import Testing

/// What is said of runs and experiments after their start.
@Suite struct LaterChangeCommandTests {
  private let workplace: Workplace

  init() throws { workplace = try Workplace() }

  private func start(_ arguments: String...) throws -> String {
    let result = try workplace.run("rlrun", ["log", "--start"] + arguments)
    #expect(result.status == 0, "\(result.errors)")
    return result.output.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  @Test func `parameters, name and description are given after the start`() throws {
    let id = try start("--param", "lr=0.1", "--name", "one")
    let set = ["log", id, "--param", "rows=10", "--param", "lr=0.1", "--name", "two", "--describe", "a longer text"]
    #expect(try workplace.run("rlrun", set).status == 0)
    #expect(try workplace.run("rlrun", set).status == 0)
    let refused = try workplace.rlrun("log", id, "--param", "rows=11")
    #expect(refused.status == 2 && refused.output.isEmpty)
    #expect(
      refused.errors
        == "rlrun: parameter rows of run \(id) is 10 and cannot become 11: record the other value under another name\n")
    let listed = try workplace.rlrun("runs", "--where", "params.rows = 10", "--columns", "id,name,params.lr").output
    #expect(listed.contains(id) && listed.contains("two") && listed.contains("0.1"), "\(listed)")
    let page = try workplace.rlrun("show", id).output
    #expect(
      page.contains("“two”") && page.contains("Description\n  a longer text") && page.contains("rows  10"), "\(page)")
    #expect(try workplace.rlrun("show", id, "--json").output.contains("\"description\" : \"a longer text\""))
    #expect(try workplace.rlrun("runs", "--csv").output.contains("params.rows"))
    let other = try start("--param", "lr=0.1", "--parent", id)
    #expect(try workplace.rlrun("diff", id, other).output.contains("rows"))
    #expect(try workplace.rlrun("show", other).output.contains("a part of run \(id)"))
    #expect(try workplace.rlrun("runs", "--where", "parent = '\(id)'", "--columns", "id").output.contains(other))
    #expect(try workplace.rlrun("verify").status == 0)
  }

  @Test func `tags are taken away, and a deletion is taken back`() throws {
    let id = try start("--tag", "a=1", "--tag", "b=2")
    #expect(try workplace.rlrun("tag", id, "c=3", "--remove", "a").output == "Run \(id): c=3, a removed\n")
    let unknown = try workplace.rlrun("tag", id, "--remove", "bb")
    #expect(unknown.status == 2 && unknown.errors.contains("has no tag 'bb'"), "\(unknown.errors)")
    #expect(try workplace.rlrun("tag", id).status == 2)
    #expect(try workplace.rlrun("tag", id, "x=1", "--remove", "x").status == 2)
    let page = try workplace.rlrun("show", id).output
    #expect(page.contains("c  3") && page.contains("b  2") && !page.contains("a  1"), "\(page)")
    #expect(try workplace.rlrun("restore", id).output == "Run \(id) is not deleted.\n")
    #expect(try workplace.rlrun("delete", id).status == 0)
    #expect(try workplace.rlrun("show", id).status == 2)
    #expect(try workplace.rlrun("restore", String(id.prefix(6))).output == "Run \(id) is restored.\n")
    #expect(try workplace.rlrun("show", id).status == 0)
  }

  @Test func `an artifact has a path and a type, and comes out as it went in`() throws {
    let bytes = Data((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 / 7) })
    try bytes.write(to: workplace.folder.appendingPathComponent("big.bin"))
    let id = try start()
    let type = ["--path", "models/big.bin", "--type", "application/octet-stream"]
    #expect(try workplace.run("rlrun", ["log", id, "--artifact", "big.bin"] + type).status == 0)
    #expect(try workplace.rlrun("show", id).output.contains("models/big.bin  3000000 bytes"))
    #expect(try workplace.rlrun("show", id, "--json").output.contains("application/octet-stream"))
    #expect(try workplace.rlrun("artifact", id, "models/big.bin", "-o", "out.bin").status == 0)
    #expect(try Data(contentsOf: workplace.folder.appendingPathComponent("out.bin")) == bytes)
    let refused = try workplace.rlrun("log", id, "--artifact", "big.bin", "--path", "../x")
    #expect(refused.status == 2 && refused.errors.contains("cannot be the name of an artifact"), "\(refused.errors)")
  }

  @Test func `an artifact is deleted from its run`() throws {
    try Data([1]).write(to: workplace.folder.appendingPathComponent("a.bin"))
    let id = try start()
    #expect(try workplace.rlrun("log", id, "--artifact", "a.bin").status == 0)
    let both = try workplace.rlrun("artifact", id, "a.bin", "--delete", "-o", "b.bin")
    #expect(both.status == 2 && both.errors.contains("--delete and --output exclude each other"), "\(both.errors)")
    #expect(try workplace.rlrun("artifact", id, "a.bin", "--delete") == Output(status: 0, output: "", errors: ""))
    let again = try workplace.rlrun("artifact", id, "a.bin", "--delete")
    #expect(again.status == 2 && again.errors.contains("has no artifact 'a.bin'; it has none"), "\(again.errors)")
    #expect(try !workplace.rlrun("show", id).output.contains("a.bin"))
    #expect(try workplace.rlrun("verify").status == 0)
  }

  @Test func `a renamed experiment is found by every command under its new name`() throws {
    let id = try start("--experiment", "first", "loss=1")
    _ = try start("--experiment", "second", "loss=1")
    let said = try workplace.rlrun("experiments", "first", "--rename", "gamma")
    #expect(said.status == 0 && said.output.contains("gamma") && !said.output.contains("second"), "\(said)")
    #expect(try workplace.rlrun("runs", "--experiment", "gamma", "--columns", "id,experiment").output.contains(id))
    #expect(try workplace.rlrun("show", id).output.contains("experiment gamma"))
    #expect(try workplace.rlrun("export", "--experiment", "gamma").output.contains("\ngamma,\(id)"))
    #expect(try workplace.rlrun("runs", "--where", "experiment = 'gamma'", "--columns", "id").output.contains(id))
    // Who has the old name is led to it, until another experiment has that.
    #expect(try workplace.rlrun("runs", "--experiment", "first", "--columns", "experiment").output.contains("gamma"))
    #expect(try workplace.rlrun("experiments", "first", "--describe", "text").output.contains("gamma"))
    #expect(try workplace.rlrun("experiments", "first", "--create").output.contains("first"))
    #expect(try workplace.rlrun("runs", "--experiment", "first").status == 2)
    let taken = try workplace.rlrun("experiments", "gamma", "--rename", "second")
    #expect(taken.status == 2 && taken.errors.contains("there is an experiment 'second' already"), "\(taken.errors)")
    let unknown = try workplace.rlrun("experiments", "gama", "--rename", "x")
    #expect(unknown.status == 2 && unknown.errors.contains("did you mean 'gamma'?"), "\(unknown.errors)")
    #expect(try workplace.rlrun("experiments", "--rename", "x").status == 2)
    #expect(try workplace.rlrun("verify").status == 0 && workplace.rlrun("gc").status == 0)
  }

  @Test func `experiments are listed, described, tagged and archived`() throws {
    _ = try start("--experiment", "first", "loss=1")
    let id = try start("--experiment", "second", "loss=1")
    let said = try workplace.rlrun("experiments", "first", "--describe", "a text", "--tag", "team=blue", "--archive")
    #expect(said.status == 0 && said.output.contains("a text") && said.output.contains("team=blue"), "\(said)")
    let all = try workplace.rlrun("experiments", "--json").output
    #expect(
      all.contains("\"archived\" : true") && all.contains("\"name\" : \"second\"") && all.contains("\"runs\" : 1"))
    let listed = try workplace.rlrun("runs", "--columns", "id,experiment").output
    #expect(listed.contains(id) && !listed.contains("first"), "\(listed)")
    #expect(try workplace.rlrun("runs", "--archived", "--columns", "experiment").output.contains("first"))
    #expect(try workplace.rlrun("runs", "--experiment", "first", "--columns", "experiment").output.contains("first"))
    #expect(try workplace.rlrun("experiments", "first", "--unarchive", "--remove", "team").status == 0)
    #expect(try workplace.rlrun("runs", "--columns", "experiment").output.contains("first"))
    #expect(try workplace.rlrun("experiments", "third", "--create").output.contains("third"))
    let unknown = try workplace.rlrun("experiments", "frist", "--archive")
    #expect(unknown.status == 2 && unknown.errors.contains("did you mean 'first'?"), "\(unknown.errors)")
    #expect(try workplace.rlrun("experiments", "--archive").status == 2)
    #expect(try workplace.rlrun("repair", "--experiment", "first").output.contains("is not damaged"))
    #expect(try workplace.rlrun("repair").status == 2)
    #expect(try workplace.rlrun("verify").status == 0 && workplace.rlrun("gc").status == 0)
  }

  @Test func `the commit and the changes are recorded in a git repository, without secrets`() throws {
    let script = """
      git init -q . && git config user.email a@b && git config user.name c
      echo one > code.txt && git add code.txt && git commit -q -m first
      echo 'API_KEY=hunter2hunter2' >> code.txt
      run=$(rlrun log --start loss=1)
      rlrun show $run
      rlrun artifact $run code/changes.diff
      git checkout -q code.txt && run=$(rlrun log --start loss=1) && rlrun show $run --json
      """
    let result = try workplace.run("/bin/bash", ["-c", script])
    #expect(result.output.contains("with changes (artifact code/changes.diff)"), "\(result)")
    #expect(result.output.contains("+API_KEY=***") && !result.output.contains("hunter2"), "\(result.output)")
    #expect(result.output.contains("\"dirty\" : false"), "\(result.output)")
  }

  @Test func `a store of version 2 is read, compared, exported and added to`() throws {
    let recorded = Workplace.package.appendingPathComponent("Tests/Goldens/recorded/stores/version-2")
    try FileManager.default.copyItem(at: recorded, to: workplace.folder.appendingPathComponent("runs"))
    for _ in 0..<2 {
      #expect(try workplace.rlrun("verify").status == 0)
      for arguments in [
        ["runs", "--csv"], ["experiments"], ["compare", "--experiment", "train"], ["export", "--experiment", "train"],
        ["show", "latest"], ["debug", "latest"], ["gc"],
      ] {
        let result = try workplace.run("rlrun", arguments)
        #expect(result.status == 0, "\(arguments): \(result.errors)")
      }
      let ids = try workplace.rlrun("runs", "--columns", "id").output.split(whereSeparator: \.isWhitespace).dropFirst()
      for id in ids { #expect(try workplace.rlrun("log", String(id), "later=1", "--param", "p=1").status == 0) }
    }
    let segments = FileManager.default.subpaths(atPath: workplace.path("runs"))?.filter {
      $0.hasSuffix("log-00002.rlog")
    }
    #expect(segments?.count == 6)
  }
}
