import TestSupport
import Testing

/// The faults are those that are recorded, and no others.
@Suite struct MessyDataTests {
  @Test(arguments: [1, 2, 3] as [UInt64])
  func `every cell that differs from the clean twin belongs to a recorded fault`(seed: UInt64) {
    let data = MessyData(seed: seed)
    #expect(data.clean.count == 2_000 && data.faults.count == 40)
    #expect(Set(data.faults.map(\.kind)) == Set(MessyData.Kind.allCases))
    let whole = Set(data.faults.filter { $0.rows.isEmpty }.compactMap(\.column))
    let changed = Set(
      data.faults.flatMap { fault in fault.column == nil ? [] : fault.rows.map { [fault.column!, "\($0)"] } })
    for row in data.clean.indices {
      for (column, name) in MessyData.header.enumerated() where data.clean[row][column] != data.messy[row][column] {
        #expect(whole.contains(name) || changed.contains([name, "\(row)"]), "\(name), row \(row)")
      }
    }
    let copies = data.faults.filter { $0.column == nil }.flatMap(\.rows)
    #expect(copies.sorted() == Array(data.clean.count..<data.messy.count))
  }

  @Test func `no row has two faults, and the same seed makes the same ones`() {
    let data = MessyData(seed: 4)
    let rows = data.faults.flatMap(\.rows)
    #expect(Set(rows).count == rows.count)
    #expect(MessyData(seed: 4).messy == data.messy && MessyData(seed: 5).messy != data.messy)
    #expect(data.faults.allSatisfy { !$0.rows.isEmpty || $0.kind == .constant || $0.kind == .leakage })
  }
}
