import Datasets
import Settings

/// What of a source is read, and how. What its format does not have is refused.
package struct SourceOptions: Hashable, Sendable {
  /// What a row of a text is.
  package enum TextUnit: String, Hashable, Sendable, CaseIterable { case line, paragraph, file }

  /// What happens where a record cannot be read.
  package enum ErrorPolicy: String, Hashable, Sendable, CaseIterable {
    /// The reading ends with the error.
    case stop
    /// It is passed over and counted in the remarks.
    case skip
  }

  /// The name of a format, where it is not to be found out.
  package var format: String?
  /// A sheet's name, or its number from 1.
  package var sheet: String?
  /// `A1:F200`, `B:D`: the part of a sheet; its first row has the columns' names.
  package var range: String?
  /// The table of a database, or the number of a document's.
  package var table: String?
  /// A query whose result is read.
  package var query: String?
  package var textUnit: TextUnit?
  /// nil: found out.
  package var encoding: TextEncoding?
  /// The files themselves are rows' values, too.
  package var keepsPixels = false
  package var onError: ErrorPolicy

  package init(
    format: String? = nil, sheet: String? = nil, range: String? = nil, table: String? = nil, query: String? = nil,
    textUnit: TextUnit? = nil, encoding: TextEncoding? = nil, keepsPixels: Bool = false, onError: ErrorPolicy = .stop
  ) {
    (self.format, self.sheet, self.range, self.table, self.query) = (format, sheet, range, table, query)
    (self.textUnit, self.encoding, self.onError) = (textUnit, encoding, onError)
    self.keepsPixels = keepsPixels
  }

  /// Those that were given and that not every format has.
  var given: [SourceOption] {
    let values: [(SourceOption, Bool)] = [
      (.sheet, sheet != nil), (.range, range != nil), (.table, table != nil), (.query, query != nil),
      (.textUnit, textUnit != nil), (.encoding, encoding != nil), (.pixels, keepsPixels),
    ]
    return values.filter(\.1).map(\.0)
  }
}

/// An option that some formats have.
package enum SourceOption: String, Hashable, Sendable, CaseIterable {
  case sheet, range, table, query, encoding, pixels
  case textUnit = "text-unit"
}
