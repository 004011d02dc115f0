import Files
import Glibc

/// The lock that a writer of a data set holds as long as this is there.
final class DataSetLock {
  private let file: OpenFile

  private init(_ file: consuming OpenFile) { self.file = file }

  /// Throws `busy` while another process has it. The data set's folder has to be there.
  static func take(_ dataSet: DataSet) throws(DataRepositoryError) -> DataSetLock {
    do throws(FileError) {
      let file = try OpenFile(dataSet.lockPath, O_RDWR | O_CREAT, .lock)
      if try file.lockExclusively() { return DataSetLock(file) }
    } catch {
      throw .file(error)
    }
    throw .busy(dataSet.name)
  }
}
