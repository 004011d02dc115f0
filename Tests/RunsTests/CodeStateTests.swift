import Foundation
import TestSupport
import Testing
import Tracker

@testable import Runs

/// What is recorded of the code's state.
@Suite struct CodeStateTests {
  private let folder = TemporaryFolder()

  private func git(_ script: String) throws {
    try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = ["-c", script]
    process.currentDirectoryURL = URL(filePath: folder.path)
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
  }

  private func capture(_ place: String = "") -> (state: CodeState, diff: [UInt8])? {
    let path = folder.path + place
    return CodeState.capture(in: path, commit: Surroundings.commit(in: path))
  }

  private let begin = """
    set -e; git init -q .; git config user.email a@b; git config user.name c; echo one > a.txt; git add a.txt
    git commit -q -m first
    """

  @Test func `outside a repository and before the first commit there is none`() throws {
    try git("true")
    #expect(capture()?.state == nil)
    try git("git init -q .")
    #expect(capture()?.state == nil)
  }

  @Test func `a clean tree has a commit and no difference, a changed one has both`() throws {
    try git(begin)
    let clean = try #require(capture())
    #expect(clean.state.commit?.count == 40 && !clean.state.isDirty && clean.diff.isEmpty)
    try git("echo two >> a.txt; echo new > untracked.txt; mkdir sub")
    let dirty = try #require(capture("/sub"))
    #expect(dirty.state.isDirty && !dirty.state.isDiffCut && dirty.state.commit == clean.state.commit)
    let text = String(decoding: dirty.diff, as: UTF8.self)
    #expect(text.contains("+two") && !text.contains("untracked"))
  }

  @Test func `a long difference is cut, and said to be`() throws {
    try git(begin + "\nhead -c 3000000 /dev/zero | tr '\\0' 'x' | fold -w 80 >> a.txt")
    let found = try #require(capture())
    #expect(found.state.isDirty && found.state.isDiffCut && found.diff.count == CodeState.diffLimit)
  }

  @Test func `what is found is recorded by the end of the run at the latest, once`() throws {
    let store = try Store(path: folder.path, create: true)
    let run = try store.start(exampleDescription())
    run.recordCodeState { (CodeState(commit: "abc", isDirty: true), Array("+x\n".utf8)) }
    run.record("loss", 1, step: 1)
    try run.finish(status: .finished)
    let record = try store.load(run.id)
    #expect(record.codeState == CodeState(commit: "abc", isDirty: true, diff: "code/changes.diff"))
    #expect(record.artifacts.map(\.name) == ["code/changes.diff"] && record.artifacts[0].mediaType == "text/x-diff")
    let other = try store.start(exampleDescription(seed: 2))
    other.recordCodeState { nil }
    try other.finish(status: .finished)
    #expect(try store.load(other.id).codeState == nil)
  }
}
