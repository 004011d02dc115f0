import Formats
import FoundationEssentials

/// What is known of an experiment: what its own log says, and how many runs it has.
///
/// ```swift
/// func listExperiments(in store: Store) throws {
///   for experiment in try store.experiments() where !experiment.isArchived { print(experiment.name, experiment.runs) }
/// }
/// ```
public struct Experiment: Sendable, Hashable {
  public var name: String
  /// What it was called later than at first.
  var names = ExperimentNames()
  /// The name it was made with, if another is known to be the present one: `ExperimentPlace.key`.
  var madeAs: String?
  /// What stays the same when it is renamed, and no other experiment has.
  package var key: String { madeAs ?? name }
  /// What its user says of it; nil where they have not.
  public var text: String?
  public var tags: [String: String] = [:]
  /// When it was made, or its first run was started; Unix time in microseconds.
  public var created: Int64
  /// Its runs are left out of lists, and are there.
  public var isArchived = false
  /// Deleted ones are not counted.
  public var runs = 0
  /// What the reader found its own log to be; sound if there is none.
  public var condition = LogCondition.sound
}

/// The first frame of an experiment's log, as JSON.
struct ExperimentBeginning: Codable {
  var created: Int64
  var experiment: String

  // Cannot fail: a text and an integer.
  var payload: [UInt8] { Array(try! JSONForm.log.encode(self)) }
}

extension Experiment {
  /// What the segments of its log say; damage is passed over and noted.
  init(_ segments: [LogSegment], name: String) throws(StoreError) {
    let scan = try LogScan(segments, run: "of experiment \(name)")
    self.init(name: name, created: 0)
    condition = scan.condition
    var damages: [LogDamage] = []
    for frame in scan.frames {
      let bytes = segments[frame.segment].bytes
      if frame.type == .begin {
        let payload = Data(bytes[frame.payload])
        guard let beginning = try? JSONDecoder().decode(ExperimentBeginning.self, from: payload) else {
          damages.append(.undecodable(frame, in: segments))
          continue
        }
        // Every segment begins with it again.
        if names.later.isEmpty { self.name = beginning.experiment }
        created = beginning.created
        continue
      }
      switch try? LogEntry.decode(frame.type, bytes, frame.payload) {
      case .tag(let key, let value, _)?: tags[key] = value
      case .tagRemoved(let key, _)?: tags[key] = nil
      case .text(let text, _)?: self.text = text
      case .archived(let isArchived, _)?: self.isArchived = isArchived
      case .name(let name, let wallTime)?:
        self.name = name
        names.later.append(name)
        names.renamed = wallTime
      // Other frames have nothing to say here; a later version's writer may have put them.
      case .some: break
      case nil: if frame.type != .index { damages.append(.undecodable(frame, in: segments)) }
      }
    }
    if !damages.isEmpty {
      if case .damaged(let others) = condition { damages = others + damages }
      condition = .damaged(damages)
    }
  }
}

extension LogDamage {
  static func undecodable(_ frame: LogFrame, in segments: [LogSegment]) -> LogDamage {
    LogDamage(
      segment: segments[frame.segment].number, offset: frame.offset,
      reason: "frame \(frame.sequence) does not say what its type requires")
  }
}
