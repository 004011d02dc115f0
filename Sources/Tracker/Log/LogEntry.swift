import Formats
import FoundationEssentials
import Settings
import Telemetry

/// What the small frames say; metric points and episodes are in `Columns.swift`.
enum LogEntry {
  case begin(RunDescription)
  case series(id: Int64, name: String)
  case finding(RecordedFinding)
  case tag(key: String, value: String, wallTime: Int64)
  case note(String, wallTime: Int64)
  case checkpoint(CheckpointRecord)
  /// What was recorded after frame number `after` and before this frame is hidden.
  case resume(ResumeRecord, after: UInt64)
  case finish(FinishRecord)
  case deleted(wallTime: Int64)
  case histogram(RecordedHistogram)
  case artifact(ArtifactRecord)
  /// Parameters that were set after the start.
  case parameters([String: HyperparameterValue], wallTime: Int64)
  /// Another name; the last holds.
  case name(String, wallTime: Int64)
  /// Another description; the last holds.
  case text(String, wallTime: Int64)
  case tagRemoved(key: String, wallTime: Int64)
  /// A deletion taken back.
  case restored(wallTime: Int64)
  /// Of experiments.
  case archived(Bool, wallTime: Int64)
  case codeState(CodeState, wallTime: Int64)
  case artifactRemoved(name: String, wallTime: Int64)
}

/// How a run ended.
struct FinishRecord: Equatable {
  var status: RunStatus
  var message: String?
  /// The log's frames up to this one.
  var frameCount: UInt64
  /// This frame's own number.
  var lastSequence: UInt64
  var wallTime: Int64
}

extension LogEntry {
  var type: FrameType {
    switch self {
    case .begin: .begin
    case .series: .series
    case .finding: .finding
    case .tag: .tag
    case .note: .note
    case .checkpoint: .checkpoint
    case .resume: .resume
    case .finish: .finish
    case .deleted: .deleted
    case .histogram: .histogram
    case .artifact: .artifact
    case .parameters: .parameters
    case .name: .name
    case .text: .text
    case .tagRemoved: .tagRemoved
    case .restored: .restored
    case .archived: .archived
    case .codeState: .codeState
    case .artifactRemoved: .artifactRemoved
    }
  }

  /// Appends the payload, in which secrets are replaced: nothing else writes what users say to a log.
  func encode(into bytes: inout [UInt8]) {
    switch redacted {
    case .begin(let description):
      bytes += json(description).utf8
    case .series(let id, let name):
      bytes.append(varint: UInt64(id))
      bytes.append(text: name)
    case .finding(let recorded):
      let finding = recorded.finding
      bytes.append(littleEndian: recorded.wallTime)
      bytes.append(zigzag: Int64(finding.step))
      for text in [finding.rule, finding.severity.rawValue, finding.evidence, finding.meaning, finding.advice] {
        bytes.append(text: text)
      }
      bytes.append(zigzag: Int64(finding.lastStep &- finding.step))
      bytes.append(text: finding.subject)
    case .tag(let key, let value, let wallTime):
      bytes.append(littleEndian: wallTime)
      bytes.append(text: key)
      bytes.append(text: value)
    case .note(let text, let wallTime):
      bytes.append(littleEndian: wallTime)
      bytes.append(text: text)
    case .checkpoint(let checkpoint):
      bytes.append(littleEndian: checkpoint.wallTime)
      bytes.append(zigzag: Int64(checkpoint.step))
      bytes.append(text: checkpoint.file)
      bytes.append(varint: UInt64(checkpoint.size))
      bytes.append(text: checkpoint.sha256)
      bytes.append((checkpoint.best ? 1 : 0) | (checkpoint.milestone ? 2 : 0))
    case .resume(let resume, let after):
      bytes.append(littleEndian: resume.wallTime)
      bytes.append(varint: after)
      bytes.append(text: resume.checkpoint ?? "")
      bytes.append(zigzag: Int64(resume.step))
      bytes.append(zigzag: Int64(resume.steps))
      if let rewind = resume.rewind { bytes.append(text: json(rewind)) }
    case .finish(let finish):
      bytes.append(littleEndian: finish.wallTime)
      bytes.append(text: finish.status.rawValue)
      bytes.append(text: finish.message ?? "")
      bytes.append(varint: finish.frameCount)
      bytes.append(varint: finish.lastSequence)
    case .deleted(let wallTime):
      bytes.append(littleEndian: wallTime)
    case .histogram(let recorded):
      bytes.append(littleEndian: recorded.wallTime)
      bytes.append(zigzag: Int64(recorded.step))
      bytes.append(text: recorded.metric.name)
      recorded.histogram.encode(into: &bytes)
    case .artifact(let artifact):
      bytes.append(littleEndian: artifact.wallTime)
      bytes.append(text: artifact.name)
      bytes.append(varint: UInt64(artifact.size))
      bytes.append(text: artifact.sha256)
      if let type = artifact.mediaType { bytes.append(text: type) }
    case .parameters(let values, let wallTime):
      bytes.append(littleEndian: wallTime)
      bytes.append(text: json(values))
    case .name(let text, let wallTime), .text(let text, let wallTime), .tagRemoved(let text, let wallTime),
      .artifactRemoved(let text, let wallTime):
      bytes.append(littleEndian: wallTime)
      bytes.append(text: text)
    case .restored(let wallTime):
      bytes.append(littleEndian: wallTime)
    case .archived(let isArchived, let wallTime):
      bytes.append(littleEndian: wallTime)
      bytes.append(isArchived ? 1 : 0)
    case .codeState(let state, let wallTime):
      bytes.append(littleEndian: wallTime)
      bytes.append(text: state.commit ?? "")
      bytes.append((state.isDirty ? 1 : 0) | (state.isDiffCut ? 2 : 0))
      bytes.append(text: state.diff ?? "")
    }
  }

  /// The payload of a frame of `type`, which is none of the column types.
  static func decode(_ type: FrameType, _ bytes: [UInt8], _ range: Range<Int>) throws -> LogEntry {
    var reader = ByteReader(bytes, range)
    if type == .begin {
      return .begin(try decode(json: Data(bytes[range])))
    }
    var entry = try decodeFields(type, &reader)
    if case .resume(var resume, let after) = entry, reader.remaining > 0 {
      resume.rewind = try decode(json: Data(try reader.text().utf8))
      entry = .resume(resume, after: after)
    }
    if case .artifact(var artifact) = entry, reader.remaining > 0 {
      artifact.mediaType = try reader.text()
      entry = .artifact(artifact)
    }
    if case .parameters(_, let wallTime) = entry {
      entry = .parameters(try decode(json: Data(try reader.text().utf8)), wallTime: wallTime)
    }
    try reader.finish()
    return entry
  }

  // Cannot fail: texts, integers, and floats, also those JSON does not know.
  private func json(_ value: some Encodable) -> String { try! JSONForm.log.text(value) }

  private static func decode<Value: Decodable>(json data: Data) throws -> Value {
    try JSONForm.log.decode(Value.self, from: data)
  }

  private static func decodeFields(_ type: FrameType, _ reader: inout ByteReader) throws(DecodingFailure) -> LogEntry {
    if type == .series {
      guard let id = Int64(exactly: try reader.varint()) else { throw DecodingFailure() }
      return .series(id: id, name: try reader.text())
    }
    let wallTime: Int64 = try reader.word()
    switch type {
    case .finding:
      let step = Int(try reader.zigzag())
      let rule = try reader.text()
      guard let severity = Finding.Severity(rawValue: try reader.text()) else { throw DecodingFailure() }
      var finding = Finding(
        rule: rule, severity: severity, step: step, evidence: try reader.text(), meaning: try reader.text(),
        advice: try reader.text())
      // Findings of earlier programs end here.
      if reader.remaining > 0 {
        finding.lastStep = step &+ Int(try reader.zigzag())
        finding.subject = try reader.text()
      }
      return .finding(RecordedFinding(finding: finding, wallTime: wallTime))
    case .tag: return .tag(key: try reader.text(), value: try reader.text(), wallTime: wallTime)
    case .note: return .note(try reader.text(), wallTime: wallTime)
    case .checkpoint:
      var checkpoint = CheckpointRecord(
        step: Int(try reader.zigzag()), file: try reader.text(), size: try reader.count(), sha256: try reader.text(),
        best: false, wallTime: wallTime)
      let marks = try reader.byte()
      (checkpoint.best, checkpoint.milestone) = (marks & 1 != 0, marks & 2 != 0)
      return .checkpoint(checkpoint)
    case .resume:
      let after = try reader.varint()
      let file = try reader.text()
      let resume = ResumeRecord(
        checkpoint: file.isEmpty ? nil : file, step: Int(try reader.zigzag()), steps: Int(try reader.zigzag()),
        wallTime: wallTime)
      return .resume(resume, after: after)
    case .finish:
      guard let status = RunStatus(rawValue: try reader.text()) else { throw DecodingFailure() }
      let message = try reader.text()
      let finish = FinishRecord(
        status: status, message: message.isEmpty ? nil : message, frameCount: try reader.varint(),
        lastSequence: try reader.varint(), wallTime: wallTime)
      return .finish(finish)
    case .deleted: return .deleted(wallTime: wallTime)
    case .histogram:
      let step = Int(try reader.zigzag())
      let metric = Metric(try reader.text())
      return .histogram(
        RecordedHistogram(metric: metric, histogram: try Histogram(&reader), step: step, wallTime: wallTime))
    case .artifact:
      return .artifact(
        ArtifactRecord(
          name: try reader.text(), size: try reader.count(), sha256: try reader.text(), wallTime: wallTime))
    // Their JSON is read by the caller.
    case .parameters: return .parameters([:], wallTime: wallTime)
    case .name: return .name(try reader.text(), wallTime: wallTime)
    case .text: return .text(try reader.text(), wallTime: wallTime)
    case .tagRemoved: return .tagRemoved(key: try reader.text(), wallTime: wallTime)
    case .artifactRemoved: return .artifactRemoved(name: try reader.text(), wallTime: wallTime)
    case .restored: return .restored(wallTime: wallTime)
    case .archived: return .archived(try reader.byte() == 1, wallTime: wallTime)
    case .codeState:
      let commit = try reader.text()
      let marks = try reader.byte()
      let diff = try reader.text()
      return .codeState(
        CodeState(
          commit: commit.isEmpty ? nil : commit, isDirty: marks & 1 != 0, diff: diff.isEmpty ? nil : diff,
          isDiffCut: marks & 2 != 0), wallTime: wallTime)
    case .begin, .series, .metrics, .episodes, .block, .summary, .index: throw DecodingFailure()
    }
  }
}
