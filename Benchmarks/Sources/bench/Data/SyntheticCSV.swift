import Foundation
import Randomness

/// Seeded CSV files to read: as programs write them, the same on every machine.
enum SyntheticCSV: String, CaseIterable {
  /// Ten columns of decimals.
  case num
  /// Ten columns: numbers, some of them missing, a day, a time, words, a key that never repeats, and quoted text.
  case mixed

  func write(rows: Int, to file: URL) throws {
    var generator = CounterGenerator(SeedSequence(0).child(named: rawValue))
    try Data().write(to: file)
    let handle = try FileHandle(forWritingTo: file)
    var text = Array(header.utf8)
    for row in 0..<rows {
      self.row(row, &generator, &text)
      if text.count > 1 << 20 {
        try handle.write(contentsOf: text)
        text.removeAll(keepingCapacity: true)
      }
    }
    try handle.write(contentsOf: text)
    try handle.close()
  }

  private var header: String {
    switch self {
    case .num: (0..<10).map { "x\($0)" }.joined(separator: ",") + "\n"
    case .mixed: "price,quantity,ratio,day,time,country,product,comment,order,paid\n"
    }
  }

  private func row(_ row: Int, _ generator: inout CounterGenerator, _ text: inout [UInt8]) {
    switch self {
    case .num:
      for column in 0..<10 {
        if column > 0 { text.append(UInt8(ascii: ",")) }
        Self.decimal(generator.integer(below: 20_000_000) - 10_000_000, places: 2 + column % 5, to: &text)
      }
    case .mixed:
      if generator.integer(below: 30) > 0 { Self.decimal(generator.integer(below: 1_000_000), places: 2, to: &text) }
      text += Array(",\(generator.integer(below: 1000)),".utf8)
      Self.decimal(generator.integer(below: 2_000_000) - 1_000_000, places: 6, to: &text)
      let month = Self.padded(1 + generator.integer(below: 12), 2)
      let day = "\(2015 + generator.integer(below: 10))-\(month)-\(Self.padded(1 + generator.integer(below: 28), 2))"
      let (hour, rest) = (generator.integer(below: 24), generator.integer(below: 3600))
      let time = [hour, rest / 60, rest % 60].map { Self.padded($0, 2) }.joined(separator: ":")
      let country = Self.syllables[generator.integer(below: 10)] + Self.syllables[generator.integer(below: 3)]
      let product = "\(Self.syllables[generator.integer(below: 10)])-\(generator.integer(below: 30))"
      let what = Self.syllables[generator.integer(below: 10)]
      let said = generator.integer(below: 4) == 0 ? "\"\"\(what)\"\"" : what
      let comment = "\"\(said), \(generator.integer(below: 1_000_000)) pcs\""
      let paid = generator.integer(below: 3) == 0 ? "no" : "yes"
      text += Array(",\(day),\(day) \(time),\(country),\(product),\(comment),ORD-\(Self.padded(row, 8)),\(paid)".utf8)
    }
    text.append(UInt8(ascii: "\n"))
  }

  private static let syllables = ["lamp", "chair", "ink", "desk", "rug", "sofa", "vase", "stool", "shelf", "clock"]

  private static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  private static func decimal(_ number: Int, places: Int, to text: inout [UInt8]) {
    if number < 0 { text.append(UInt8(ascii: "-")) }
    let digits = Array(padded(abs(number), places + 1).utf8)
    text += digits.dropLast(places) + [UInt8(ascii: ".")] + digits.suffix(places)
  }
}
