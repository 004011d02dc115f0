import ArgumentParser
import Tracker

struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check logs and checkpoints, byte for byte.",
    discussion: """
      Example:
        rlrun verify
        rlrun verify latest

      A log that ends early, as after a crash, is sound. Exit status 1 where anything is damaged; the first damage is named
      with its segment and offset. rlrun repair mends a damaged run, as far as that can be.
      """)

  @Argument(help: ArgumentHelp("The run (default: every run of the store).", valueName: "run"))
  var reference: String?

  @OptionGroup var storeOption: StoreOption

  func run() throws {
    let store = try storeOption.open()
    let ids = try reference.map { [try store.find(naming: $0)] } ?? store.identifiers()
    var damaged = 0
    var (segments, frames, points, bytes) = (0, 0, 0, 0)
    for id in ids {
      let verification = try store.verify(id)
      printPage("\(id)  \(verification.summary)", hanging: id.count + 2)
      for problem in verification.problems { printPage("  \(problem)") }
      if !verification.isSound { damaged += 1 }
      segments += verification.segments
      frames += verification.frames
      points += verification.points
      bytes += verification.bytes
    }
    if reference == nil {
      let extent = "\(segments) segment\(segments == 1 ? "" : "s"), \(frames) frames, \(points) points, \(bytes) bytes"
      printPage("\(ids.count) run\(ids.count == 1 ? "" : "s"), \(damaged) damaged: \(extent)")
    }
    if damaged > 0 { throw ExitCode(1) }
  }
}

extension Verification {
  /// `sound: 412 frames, 9000 points, 18230 bytes in 1 segment, 3 checkpoints`.
  fileprivate var summary: String {
    let sealed = sealedSegments == 0 ? "" : " (\(sealedSegments) compacted)"
    var extent = "\(frames) frames, \(points) points, \(bytes) bytes"
    extent += " in \(segments) segment\(segments == 1 ? "" : "s")\(sealed), \(checkpoints) checkpoints"
    if artifacts > 0 { extent += ", \(artifacts) artifacts" }
    switch condition {
    case .sound: return "\(problems.isEmpty ? "sound" : "damaged"): \(extent)"
    case .torn(_, let offset):
      return "\(problems.isEmpty ? "sound" : "damaged"): \(extent); ends early at byte \(offset), as after a crash"
    case .damaged(let places):
      let others = places.count == 1 ? "" : "; \(places.count - 1) more"
      return "damaged: \(extent); \(places.first.map { "\($0.place): \($0.reason)" } ?? "")\(others)"
    }
  }
}
