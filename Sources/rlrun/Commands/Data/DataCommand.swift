import ArgumentParser
import DataVersions
import Datasets
import Formats

/// `rlrun data`: the subcommands are the files in this folder.
struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data",
    abstract: "Keep data sets in versions: add, look at, compare, export, erase.",
    discussion: """
      Example:
        rlrun data add flowers iris.csv
        rlrun data show flowers
        rlrun fit data:flowers@1 --target species --model logistic

      Data sets lie in the store of the runs. NAME@VERSION names a version: a number, a tag or 'latest', which is meant where
      it is left out. 'data:NAME@VERSION' stands wherever a CSV file can, and NAME@VERSION where no file has that name.
      """,
    subcommands: [
      DataAdd.self, DataProfile.self, DataCheckCommand.self, DataClean.self, DataPrepare.self, DataList.self,
      DataShow.self, DataHead.self, DataDiff.self, DataLog.self,
      DataTag.self,
      DataExport.self, DataLineageCommand.self, DataVerify.self, DataErase.self, DataDelete.self, DataDu.self,
      DataGC.self,
    ])
}

/// A version as an argument.
struct VersionArgument: ParsableArguments {
  @Argument(help: ArgumentHelp("The version: NAME, NAME@3, NAME@TAG.", valueName: "name@version"))
  var version: String

  @OptionGroup var storeOption: StoreOption

  var repository: DataRepository { storeOption.data }

  func resolve() throws -> DataVersion { try repository.version(reference(version)) }

  func dataSet() throws -> DataSet { try repository.dataSet(reference(version).name) }
}

/// Throws where `text` cannot name a version.
func reference(_ text: String) throws -> DataSetReference {
  guard let reference = DataSetReference(text) else { throw DataRepositoryError.badName(text) }
  return reference
}

extension StoreOption {
  /// The data sets of the store, which need not be there yet.
  var data: DataRepository { DataRepository(store: path) }
}

/// `12 rows`, `1 row`
func rowCount(_ rows: Int) -> String { "\(rows) row\(rows == 1 ? "" : "s")" }
