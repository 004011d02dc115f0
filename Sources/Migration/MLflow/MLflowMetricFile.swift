import Formats
import Glibc
import Telemetry
import Tracker

/// A file of MLflow's folder with the points of a metric: a line each, `1700000000000 0.25 7`, of time, value and step.
enum MLflowMetricFile {
  /// Adds the points to `series`; returns how many lines are none. Of a logged model's metrics more stands in a line.
  static func read(_ bytes: [UInt8], into series: inout Series) -> Int {
    var unreadable = 0
    var ended = bytes
    // What strtod stops at.
    ended.append(0)
    ended.withUnsafeBufferPointer { buffer in
      var start = 0
      while start < bytes.count {
        let length = memchr(buffer.baseAddress! + start, 0x0A, bytes.count - start).map {
          UnsafeRawPointer($0) - UnsafeRawPointer(buffer.baseAddress! + start)
        }
        let end = start + (length ?? bytes.count - start)
        if !line(buffer, start..<end, into: &series) { unreadable += 1 }
        start = end + 1
      }
    }
    return unreadable
  }

  private static func line(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, into series: inout Series) -> Bool
  {
    let isBlank = range.allSatisfy { bytes[$0] == 0x20 || bytes[$0] == 0x0D }
    if isBlank { return true }
    var place = range.lowerBound
    func word() -> Range<Int>? {
      while place < range.upperBound, bytes[place] == 0x20 { place += 1 }
      let start = place
      while place < range.upperBound, bytes[place] != 0x20, bytes[place] != 0x0D { place += 1 }
      return start == place ? nil : start..<place
    }
    guard let first = word(), let time = integer(bytes, first), let second = word(), let value = number(bytes, second)
    else { return false }
    var step = 0
    if let third = word() {
      guard let number = integer(bytes, third) else { return false }
      step = number
    }
    series.steps.append(step)
    series.wallTimes.append(MLflowMapping.microseconds(time))
    series.values.append(value)
    return true
  }

  private static func integer(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Int? {
    Int(String(decoding: bytes[range], as: UTF8.self))
  }

  /// As Python writes numbers: nan, inf and -inf among them.
  private static func number(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Double? {
    guard bytes[range.lowerBound] != 0x09, bytes[range.lowerBound] != 0x0B, bytes[range.lowerBound] != 0x0C else {
      return nil
    }
    let start = bytes.baseAddress! + range.lowerBound
    return start.withMemoryRebound(to: CChar.self, capacity: range.count) { text in
      var end: UnsafeMutablePointer<CChar>?
      let value = strtod(text, &end)
      return end.map { UnsafePointer($0) - text } == range.count ? value : nil
    }
  }
}
