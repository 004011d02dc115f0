import Files
import Formats
import Settings

/// The data sets of a store: a folder `.data` beside its experiments, a folder a data set. Open one to read rows by name and
/// version, or to add some.
///
///     let repository = DataRepository(store: "runs")
///     for name in try repository.names() {
///       print(try repository.dataSet(name).latest().reference)
///     }
///
/// Every call throws `DataRepositoryError`. Any number of processes may read a data set while one writes it: a version is
/// there whole or not at all.
package struct DataRepository: Hashable, Sendable {
  /// The folder of the data sets.
  package let path: String

  /// Of the store in the folder `store`, whether data sets are there or not.
  package init(store: String) { path = (store.hasSuffix("/") ? String(store.dropLast()) : store) + "/.data" }

  /// Of data sets that have a version, sorted.
  package func names() throws(DataRepositoryError) -> [String] {
    var names: [String] = []
    for name in try onDisk({ () throws(FileError) in try Folder.names(in: path) }) where DataSetReference.isName(name) {
      if try !DataSet(name: name, in: self).numbers().isEmpty { names.append(name) }
    }
    return names
  }

  /// Whether there is a folder of a data set, which need not have a version yet.
  package func holds(_ name: String) -> Bool {
    DataSetReference.isName(name) && Folder.holds(DataSet(name: name, in: self).partsFolder)
  }

  /// Throws `unknownDataSet`.
  package func dataSet(_ name: String) throws(DataRepositoryError) -> DataSet {
    guard DataSetReference.isName(name) else { throw .badName(name) }
    let dataSet = DataSet(name: name, in: self)
    guard try !dataSet.numbers().isEmpty else {
      throw .unknownDataSet(name, nearest: nearest(to: name, in: try names()))
    }
    return dataSet
  }

  /// Throws `unknownDataSet`, `unknownVersion`, `unknownTag` or `deleted`.
  package func version(_ reference: DataSetReference) throws(DataRepositoryError) -> DataVersion {
    try dataSet(reference.name).version(reference.choice)
  }
}
