import DataQuality
import DataVersions
import Datasets

/// Looks for faults in a version or a CSV file.
///
///     var checking = DataChecking(of: "data:orders")
///     checking.expectations = try Expectations(yaml: text)
///     let report = try checking.run(in: repository)
///     if report.breaksExpectations { print(report.text(width: 100)) }
package struct DataChecking {
  package var address: String
  /// The column that is to be predicted.
  package var target: String?
  /// Columns in whose groups outliers are looked for.
  package var groups: [String] = []
  /// The names of the only checks to make; nil for all.
  package var checks: [String]?
  package var expectations: Expectations?

  package init(of address: String) { self.address = address }

  package func run(in repository: DataRepository) throws -> DataCheckReport {
    let loaded = try DataTable(address, in: repository, asWritten: true)
    var options = DataCheckOptions(target: target, expectations: expectations)
    (options.groups, options.checks) = (groups, checks)
    options.references = try expectations?.references(in: repository) ?? [:]
    return try DataCheckReport(loaded.table, options)
  }
}

extension DataCheckReport {
  package var breaksExpectations: Bool { issues.contains { $0.check == ExpectationCheck.name } }
}
