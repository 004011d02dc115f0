import ArgumentParser
import Formats
import Telemetry
import Tracker

struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check logs and checkpoints, byte for byte, and that nothing else is in the store.",
    discussion: """
      Example:
        rlrun verify
        rlrun verify latest
        rlrun verify --where "condition = 'damaged'"

      Without a run it is every run of the store. A log that ends early, as after a crash, is sound. Exit status 1 where
      anything is damaged; the first damage is named with its segment and offset. rlrun repair mends a damaged run, as
      far as that can be. A folder that was moved or copied is named, and so are files that are not rlrun's; the same id
      twice counts as damage.
      """)

  @OptionGroup var selection: RunSelection

  func run() throws {
    let store = try selection.open()
    if !selection.isEmpty {
      var isSound = true
      for id in try selection.ids(in: store) {
        let verification = try store.verify(id)
        show(verification)
        isSound = isSound && verification.isSound
      }
      if !isSound { throw ExitCode(1) }
      return
    }
    var (runs, damaged) = (0, 0)
    var (segments, frames, points, bytes) = (0, 0, 0, 0)
    let remains = try store.verify { verification in
      show(verification)
      runs += 1
      if !verification.isSound { damaged += 1 }
      segments += verification.segments
      frames += verification.frames
      points += verification.points
      bytes += verification.bytes
    }
    for problem in remains.problems { printPage("damaged: \(problem.printable)") }
    for remark in remains.remarks { printPage("note: \(remark.printable)") }
    let extent = "\(segments) segment\(segments == 1 ? "" : "s"), \(frames) frames, \(points) points, \(bytes) bytes"
    printPage("\(runs) run\(runs == 1 ? "" : "s"), \(damaged) damaged: \(extent)")
    if damaged > 0 || !remains.problems.isEmpty { throw ExitCode(1) }
  }

  private func show(_ verification: Verification) {
    printPage("\(verification.id.printable)  \(verification.summary)", hanging: verification.id.count + 2)
    for problem in verification.problems { printPage("  \(problem.printable)", hanging: 4) }
    for remark in verification.remarks { printPage("  note: \(remark.printable)", hanging: 4) }
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
