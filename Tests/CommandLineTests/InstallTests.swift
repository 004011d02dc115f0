import Foundation
import Testing

@testable import rlrun

@Suite struct InstallTests {
  @Test func `an installation has the program, its manual page and completions, and nothing else`() throws {
    let workplace = try Workplace()
    let script = Workplace.package.appendingPathComponent("scripts/install").path
    let program = Workplace.programs.appendingPathComponent("rlrun").path
    let result = try workplace.run(
      "/usr/bin/env", ["DESTDIR=\(workplace.path("root"))", script, program, "/opt/rl run"])
    try #require(result.status == 0, "\(result.errors)")
    let prefix = workplace.path("root/opt/rl run")
    let files = try FileManager.default.subpathsOfDirectory(atPath: prefix).filter { name in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: prefix + "/" + name, isDirectory: &isFolder) && !isFolder.boolValue
    }
    #expect(
      files.sorted() == [
        "bin/rlrun", "share/bash-completion/completions/rlrun", "share/fish/vendor_completions.d/rlrun.fish",
        "share/man/man1/rlrun.1", "share/zsh/site-functions/_rlrun",
      ])
    let installed = try workplace.run(prefix + "/bin/rlrun", ["--version"])
    let version = try workplace.rlrun("--version").output
    #expect(installed.status == 0 && installed.output == version)
    let sizes = try [program, prefix + "/bin/rlrun"].map {
      try #require(try FileManager.default.attributesOfItem(atPath: $0)[.size] as? Int)
    }
    #expect(sizes[1] < sizes[0])
    let bash = prefix + "/share/bash-completion/completions/rlrun"
    #expect(try workplace.run("/bin/bash", ["-n", bash]).errors.isEmpty)
    let completed = try workplace.run(
      "/bin/bash",
      [
        "-c",
        "source '\(bash)'; COMP_WORDS=(rlrun comp) COMP_CWORD=1; _rlrun rlrun comp rlrun; echo \"${COMPREPLY[@]}\"",
      ])
    #expect(completed.output == "compare\n")
    for name in ["zsh/site-functions/_rlrun", "fish/vendor_completions.d/rlrun.fish"] {
      let text = try String(contentsOfFile: prefix + "/share/" + name, encoding: .utf8)
      #expect(text.contains("reproduce") && text.contains("eval-freq"))
    }
  }

  @Test func `the manual page has every command and option, and no line that man would take for a request`() throws {
    let workplace = try Workplace()
    let page = try workplace.rlrun("manual")
    try #require(page.status == 0 && page.errors.isEmpty)
    let help = try workplace.rlrun("--help").output
    let names = help.split(separator: "\n").compactMap { $0.firstMatch(of: /^  ([a-z]+)( |$)/)?.1 }.map(String.init)
      .filter { $0 != "rlrun" }
    try #require(names.count > 25)
    for name in names {
      #expect(page.output.contains(".SS \"rlrun \(name)\"\n"), "\(name)")
    }
    for option in try workplace.rlrun("train", "--help").output.matches(of: /--[a-z][a-z-]+/).map(\.output) {
      let escaped = option.replacing("-", with: "\\-")
      #expect(page.output.contains(escaped) || ["--help", "--version"].contains(option), "\(option)")
    }
    for line in page.output.split(separator: "\n") where line.hasPrefix(".") || line.hasPrefix("'") {
      let known = [".TH ", ".SH ", ".SS ", ".TP", ".PP", ".EX", ".EE"]
      #expect(known.contains { line.hasPrefix($0) }, "\(line)")
    }
    #expect(
      page.output.split(separator: "\n").count { $0 == ".EX" }
        == page.output.split(separator: "\n").count { $0 == ".EE" })
    #expect(!help.contains("manual"))
  }
}
