import ArgumentParser
import Tracker

struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check logs and checkpoints, byte for byte.",
    discussion: """
      Example:
        rlrun verify
        rlrun verify latest

      A log that ends early, as after a crash, is sound. Exit status 1 where anything is damaged, with the offset.
      """)

  @Argument(help: ArgumentHelp("The run (default: every run of the store).", valueName: "run"))
  var reference: String?

  @OptionGroup var storeOption: StoreOption

  func run() throws {
    let store = try storeOption.open()
    let ids = try reference.map { [try store.find(naming: $0)] } ?? store.runs().map(\.id)
    var damaged = 0
    for id in ids {
      let verification = try store.verify(id)
      print("\(id)  \(verification.summary)")
      for problem in verification.problems { print("  \(problem)") }
      if !verification.isSound { damaged += 1 }
    }
    if reference == nil { print("\(ids.count) run\(ids.count == 1 ? "" : "s"), \(damaged) damaged") }
    if damaged > 0 { throw ExitCode(1) }
  }
}

extension Verification {
  /// `sound: 412 frames, 18230 bytes, 3 checkpoints`.
  fileprivate var summary: String {
    let extent = "\(frames) frames, \(bytes) bytes, \(checkpoints) checkpoints"
    switch condition {
    case .sound: return "\(problems.isEmpty ? "sound" : "damaged"): \(extent)"
    case .torn(let offset):
      return "\(problems.isEmpty ? "sound" : "damaged"): \(extent); ends early at byte \(offset), as after a crash"
    case .damaged(let places):
      let first = places.map { "byte \($0.offset): \($0.reason)" }.joined(separator: "; ")
      return "damaged: \(extent); \(first)"
    }
  }
}
