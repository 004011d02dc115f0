import Files

/// Excel's workbooks: a range of a sheet, of which the first row has the columns' names.
package enum ExcelWorkbooks: DataSource {
  package static let name = "xlsx"
  package static let summary = "Excel workbooks"
  package static let suffixes = ["xlsx", "xlsm", "xltx", "xltm", "xls", "xlsb"]
  package static let options: Set<SourceOption> = [.sheet, .range]

  package static func recognises(_ sample: FileSample) -> Bool { sample.holds("xl/") }

  package static func open(
    _ location: DataLocation, options: SourceOptions
  ) throws(DataSourceError) -> any RecordSource {
    try SheetRecords(location.path, options: options)
  }
}
