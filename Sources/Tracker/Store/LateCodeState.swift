import Dispatch
import Synchronization

/// The state of the code, which is found out beside the run and recorded once it is known.
final class LateCodeState: Sendable {
  private let found = Mutex<(state: CodeState, diff: [UInt8])?>(nil)
  private let work = DispatchGroup()

  init(_ find: @escaping @Sendable () -> (state: CodeState, diff: [UInt8])?) {
    work.enter()
    DispatchQueue.global(qos: .utility).async { [self] in
      let result = find()
      found.withLock { $0 = result }
      work.leave()
    }
  }

  var isDone: Bool { work.wait(timeout: .now()) == .success }

  /// nil if there is none, or it took longer than `seconds`.
  func wait(seconds: Int) -> (state: CodeState, diff: [UInt8])? {
    _ = work.wait(timeout: .now() + .seconds(seconds))
    return found.withLock { $0 }
  }
}

extension RunWriter {
  /// The name of the artifact with the changes that are in no commit.
  package static let diffName = "code/changes.diff"

  /// Records the state of the code that `find` tells, with its difference as an artifact. `find` runs on another thread; what
  /// it tells is recorded by the first flush after it, or by `finish`, which waits for it for up to two seconds.
  package func recordCodeState(_ find: @escaping @Sendable () -> (state: CodeState, diff: [UInt8])?) {
    late = LateCodeState(find)
  }

  /// Records it now, if it is told within two seconds; for a program that ends, before its last `sync`.
  package func waitForCodeState() { recordLateCodeState(waiting: true) }

  /// What cannot be recorded of it is left: nothing else depends on it.
  func recordLateCodeState(waiting: Bool) {
    guard let late, waiting || late.isDone else { return }
    self.late = nil
    guard let (found, diff) = late.wait(seconds: waiting ? 2 : 0) else { return }
    var state = found
    if !diff.isEmpty {
      guard (try? saveArtifact(diff, name: Self.diffName, mediaType: "text/x-diff")) != nil else { return }
      state.diff = Self.diffName
    }
    append(.codeState(state, wallTime: system.now()))
  }
}
