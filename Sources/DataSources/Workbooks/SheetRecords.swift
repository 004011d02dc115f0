import Datasets
import Files

/// The rows of a range of a sheet. The sheet is read twice: first for its extent, its merged cells and its header.
final class SheetRecords: RecordSource {
  let columns: [String]
  private let path: String
  private let workbook: Workbook
  private let sheet: Workbook.Sheet
  private let range: CellRange
  private let hasRange: Bool
  private let renamed: Int
  private let hidden: HiddenCells
  private var scanner: SheetScanner
  /// The scanner stands at a cell that has not been taken yet.
  private var isWaiting = false
  private var row = 0
  private var errors: [String: Int] = [:]
  private var formulas = 0

  init(_ path: String, options: SourceOptions, memoryLimit: Int = PhysicalMemory.half) throws(DataSourceError) {
    self.path = path
    workbook = try Workbook(path, memoryLimit: memoryLimit)
    do throws(DataSourceError) {
      sheet = try workbook.sheet(options.sheet)
      var asked: CellRange?
      if let text = options.range {
        guard let range = CellRange(text) else {
          throw DataSourceError("the range '\(text)' is none: write it as A1:F200 or B:D", status: .badUsage)
        }
        asked = range
      }
      hasRange = asked != nil
      let survey = try SheetSurvey(try Self.scanner(workbook, sheet), range: asked, workbook)
      guard let range = survey.range else {
        throw DataSourceError("\(asked.map { "the range \($0) of " } ?? "")sheet '\(sheet.name)' is empty")
      }
      self.range = range
      hidden = survey.hidden
      (columns, renamed) = distinctNames(survey.header)
      scanner = try Self.scanner(workbook, sheet)
    } catch {
      throw error.of(path)
    }
  }

  private static func scanner(_ workbook: Workbook, _ sheet: Workbook.Sheet) throws(DataSourceError) -> SheetScanner {
    guard let xml = try workbook.package.read(sheet.part) else {
      throw DataSourceError("the sheet '\(sheet.name)' is missing from the archive")
    }
    return SheetScanner(xml)
  }

  var place: String { "row \(row) of sheet '\(sheet.name)'" }

  var remarks: [String] {
    var remarks = ["sheet '\(sheet.name)', \(range)"]
    if renamed > 0 { remarks.append("\(counted(renamed, "column")) renamed, as the header repeats or lacks a name") }
    if !errors.isEmpty {
      let names = errors.keys.sorted().joined(separator: ", ")
      remarks.append("\(counted(errors.values.reduce(0, +), "error cell")) (\(names)) read as missing")
    }
    if formulas > 0 { remarks.append("\(counted(formulas, "formula")) without a stored value read as missing") }
    return remarks
  }

  func next(_ cells: inout [Cell]) throws(DataSourceError) -> Bool {
    cells.removeAll(keepingCapacity: true)
    cells.append(contentsOf: repeatElement(.missing, count: columns.count))
    var hasAny = false
    do throws(DataSourceError) {
      while true {
        if !isWaiting {
          guard try scanner.next() else { return hasAny }
        }
        isWaiting = false
        guard scanner.row > range.rows.lowerBound, range.rows.contains(scanner.row),
          range.columns.contains(scanner.column), !hidden.contains(row: scanner.row, column: scanner.column)
        else {
          // Rows stand in order, so nothing follows that is wanted.
          if scanner.row > range.rows.upperBound { return hasAny }
          continue
        }
        if hasAny, scanner.row != row {
          isWaiting = true
          return true
        }
        (row, hasAny) = (scanner.row, true)
        cells[scanner.column - range.columns.lowerBound] = try cell()
      }
    } catch {
      throw error.of(path, place: "row \(scanner.row) of sheet '\(sheet.name)'")
    }
  }

  private func cell() throws(DataSourceError) -> Cell {
    switch scanner.form {
    case .error: errors[String(decoding: scanner.value, as: UTF8.self), default: 0] += 1
    case .formulaWithoutValue: formulas += 1
    default: break
    }
    return try workbook.cell(scanner)
  }
}

extension Workbook {
  /// What the cell holds that a scanner stands at.
  func cell(_ scanner: SheetScanner) throws(DataSourceError) -> Cell {
    func damaged(_ problem: String) -> DataSourceError {
      DataSourceError("the cell \(CellRange.letters(scanner.column))\(scanner.row) \(problem)")
    }
    switch scanner.form {
    case .error, .formulaWithoutValue: return .missing
    case .flag: return .flag(scanner.value.first == UInt8(ascii: "1") || scanner.value.first == UInt8(ascii: "t"))
    case .text: return .nonempty(SharedStrings.text(scanner.value[...]))
    case .sharedText:
      guard let number = Int(String(decoding: scanner.value, as: UTF8.self)), let text = texts[number] else {
        throw damaged("refers to a text that the workbook does not have")
      }
      return .nonempty(text)
    case .date:
      guard let seconds = scanner.value.withUnsafeBufferPointer({ ValueParsing.date($0) }) else {
        return .nonempty(String(decoding: scanner.value, as: UTF8.self))
      }
      return .date(seconds: seconds)
    case .number:
      guard let value = scanner.value.withUnsafeBufferPointer({ ValueParsing.number($0) }) else {
        throw damaged("has a number that is none")
      }
      let format = formats.indices.contains(scanner.style) ? formats[scanner.style] : .number
      return format.cell(value, counts1904: counts1904)
    }
  }
}
