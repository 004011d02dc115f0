import Formats
import Foundation
import Runs
import Settings
import Telemetry
import Tracker

/// Recording: a run of a program of Python's.
enum LogCalls {
  static let all: [any Call.Type] = [
    Start.self, Append.self, Declare.self, Flush.self, Finish.self, SetParameters.self, Tag.self, Note.self,
    RecordHistogram.self, SaveFile.self,
  ]

  struct Opened: Encodable {
    var handle: Int
    var id: String
    var folder: String

    init(_ writer: RunWriter) {
      let run = LoggedRun(writer)
      (handle, id, folder) = (Handles.keep(run), run.id, writer.directory)
    }
  }

  struct Start: Call {
    static let name = "log.start"
    var store: String
    var experiment: String
    var name: String
    var agent: String
    var environment: String
    var seed: UInt64
    var parameters: [String: HyperparameterValue]
    var tags: [String: String]
    var parent: String?

    func answer() throws -> Opened {
      let store = try Store(path: store, create: true)
      let writer = try store.start(
        experiment: experiment, name: name, agent: agent, environment: environment, parameters: parameters, seed: seed,
        tags: tags, parent: try parent.map { try store.find($0) })
      writer.recordCode()
      return Opened(writer)
    }
  }

  struct Append: Call {
    static let name = "log.append"
    var store: String
    var run: String

    func answer() throws -> Opened {
      let store = try Store(path: store, create: false)
      return Opened(try store.append(to: store.find(run)))
    }
  }

  struct Declare: Call {
    static let name = "log.declare"
    var handle: Int
    var metrics: [String]
    func answer() throws -> [Int] { try Handles.find(handle, LoggedRun.self).declare(metrics) }
  }

  struct Flush: Call {
    static let name = "log.flush"
    var handle: Int
    /// Whether it is to survive a power loss, too.
    var durably: Bool

    func answer() throws -> Done {
      try Handles.find(handle, LoggedRun.self).write { durably ? try $0.sync() : try $0.flush() }
      return Done()
    }
  }

  struct Finish: Call {
    static let name = "log.finish"
    var handle: Int
    var status: String
    var message: String?

    func answer() throws -> Done {
      guard let status = RunStatus(rawValue: status), [.finished, .interrupted, .failed].contains(status) else {
        throw LibraryError("a run ends as finished, interrupted or failed, not as '\(status)'")
      }
      try Handles.find(handle, LoggedRun.self).finish(status, message: message)
      return Done()
    }
  }

  struct SetParameters: Call {
    static let name = "log.parameters"
    var handle: Int
    var parameters: [String: HyperparameterValue]

    func answer() throws -> Done {
      try Handles.find(handle, LoggedRun.self).write { try $0.set(parameters) }
      return Done()
    }
  }

  /// nil takes a tag away.
  struct Tag: Call {
    static let name = "log.tags"
    var handle: Int
    var tags: [String: String?]

    func answer() throws -> Done {
      try Handles.find(handle, LoggedRun.self).write { writer in
        for (key, value) in tags.sorted(by: { $0.key < $1.key }) {
          if let value { try writer.tag(key, value) } else { try writer.removeTag(key) }
        }
      }
      return Done()
    }
  }

  struct Note: Call {
    static let name = "log.note"
    var handle: Int
    var text: String

    func answer() throws -> Done {
      try Handles.find(handle, LoggedRun.self).write { try $0.note(text) }
      return Done()
    }
  }

  /// Of `count` doubles at `address`, which Python keeps there until the call is over.
  struct RecordHistogram: Call {
    static let name = "log.histogram"
    var handle: Int
    var metric: String
    var address: Int
    var count: Int
    var step: Int

    func answer() throws -> Done {
      if metric.isEmpty { throw LibraryError("a metric needs a name") }
      let values = UnsafeBufferPointer(start: UnsafePointer<Double>(bitPattern: address), count: max(0, count))
      let histogram = Telemetry.Histogram(of: values)
      try Handles.find(handle, LoggedRun.self).write { $0.record(histogram, as: Metric(metric), step: step) }
      return Done()
    }
  }

  struct SaveFile: Call {
    static let name = "log.artifact"
    var handle: Int
    var file: String
    var name: String
    var mediaType: String?

    func answer() throws -> Done {
      try Handles.find(handle, LoggedRun.self).write {
        try $0.saveArtifact(file: file, name: name, mediaType: mediaType)
      }
      return Done()
    }
  }
}
