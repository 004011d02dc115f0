import Datasets
import TestSupport
import Testing

@testable import DataQuality

/// What the checks find of 40 known faults, and in the clean twin. Thresholds were chosen on seeds from 101 on.
@Suite struct FaultTests {
  static let checks: [MessyData.Kind: any DataCheck.Type] = [
    .missing: MissingCheck.self, .spelledMissing: SpelledMissingCheck.self, .outlier: OutlierCheck.self,
    .groupOutlier: GroupOutlierCheck.self, .category: CategoryCheck.self, .spelling: SpellingCheck.self,
    .dateFormat: DateFormatCheck.self, .numberFormat: NumberFormatCheck.self, .unit: UnitCheck.self,
    .duplicate: DuplicateCheck.self, .nearDuplicate: NearDuplicateCheck.self, .impossible: ExpectationCheck.self,
    .identifier: IdentifierCheck.self, .text: UndecodableTextCheck.self, .constant: ConstantCheck.self,
    .leakage: LeakageCheck.self,
  ]

  static func report(_ rows: [[String]]) throws -> DataCheckReport {
    let table = try Table(asWritten: .memory(MessyData.csv(rows)))
    let expectations = try Expectations(yaml: MessyData.expectations)
    return try DataCheckReport(table, DataCheckOptions(target: MessyData.target, expectations: expectations))
  }

  /// An issue of the right check names its column and all of its rows, and at least half of the rows it names have such a fault.
  static func isFound(_ fault: MessyData.Fault, in report: DataCheckReport, of data: MessyData) -> Bool {
    let same = data.faults.filter { $0.kind == fault.kind && $0.column == fault.column }.flatMap(\.rows)
    return report.issues.contains { issue in
      issue.check == checks[fault.kind]!.name && issue.column == fault.column
        && Set(fault.rows).isSubset(of: issue.rows)
        && 2 * Set(issue.rows).intersection(same).count >= issue.rows.count
    }
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `at least 38 of 40 faults are found, and at most 2 in the clean twin`(seed: UInt64) throws {
    let data = MessyData(seed: seed)
    let report = try Self.report(data.messy)
    let missed = data.faults.filter { !Self.isFound($0, in: report, of: data) }
    // Three are for the dictionary, which not every machine has.
    let hasDictionary = !report.skipped.contains { $0.check == SpellingCheck.name }
    #expect(missed.count <= (hasDictionary ? 2 : 5), "missed \(missed)")
    let clean = try Self.report(data.clean)
    #expect(clean.issues.count <= 2, "\(clean.issues.map { "\($0.check) \($0.column ?? ""): \($0.sentence)" })")
  }

  @Test func `the suggested plan leaves little to find`() throws {
    let data = MessyData(seed: 2)
    let table = try Table(asWritten: .memory(MessyData.csv(data.messy)))
    let report = try Self.report(data.messy)
    let plan = CleaningPlan(suggestedFor: report.issues)
    #expect(try CleaningPlan(yaml: plan.yaml()) == plan)
    let cleaned = try plan.apply(to: table)
    #expect(cleaned.changes.count == plan.repairs.count && cleaned.table.rowCount == cleaned.rows.count)
    #expect(cleaned.rows == Array(data.clean.indices), "the copies are gone")
    #expect(!cleaned.table.names.contains("warehouse") && !cleaned.table.names.contains("status"))
    let expectations = try Expectations(yaml: MessyData.expectations)
    let again = try DataCheckReport(
      cleaned.table, DataCheckOptions(target: MessyData.target, expectations: expectations))
    let left = Set(again.issues.map(\.check))
    #expect(left.isSubset(of: ["missing", "undecodable-text", "identifiers"]), "\(again.text())")
    #expect(cleaned.table.kinds["age"] == .number && cleaned.table.kinds["weight"] == .number)
    #expect(cleaned.table.kinds["ordered"] == .date)
    // Where a value was readable it is the clean twin's.
    guard case .numbers(let weights) = try cleaned.table.column("weight") else { throw DatasetError.empty }
    let kilograms = data.faults.first { $0.kind == .unit }!.rows
    let place = MessyData.header.firstIndex(of: "weight")!
    for row in kilograms { #expect(abs(weights[row] - Double(data.clean[row][place].dropLast(2))!) < 1e-6) }
  }
}
