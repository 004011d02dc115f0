import Files
import Glibc
import Images
import Parquet

/// Reads images that a table names: by the path of a file, or by the place of its bytes in a data set.
final class ImageReader {
  struct UnreadableImage: Error {
    /// In a few words, with the image.
    var reason: String
  }

  private let folder: String
  private let bytes = ByteReader()
  private static let largestFile = 1 << 28

  /// `folder`: where paths begin that are not absolute; empty for the working directory.
  init(folder: String) { self.folder = folder }

  func pixels(_ name: String) throws(UnreadableImage) -> ImagePixels {
    let content = try content(name)
    do throws(ImageProblem) {
      return try ImageDecoder.pixels(of: content)
    } catch {
      throw UnreadableImage(reason: "'\(name)': \(error.text)")
    }
  }

  private func content(_ name: String) throws(UnreadableImage) -> [UInt8] {
    if let place = ByteReference(name) {
      do throws(ParquetError) {
        return try bytes.bytes(place).map { Array($0) } ?? []
      } catch {
        throw UnreadableImage(reason: error.description)
      }
    }
    let path = folder.isEmpty || name.hasPrefix("/") ? name : folder + "/" + name
    var content: [UInt8]?
    do throws(FileError) {
      let file = try OpenFile(path, O_RDONLY, .read)
      if try file.size() <= Self.largestFile { content = try file.readAll() }
    } catch {
      throw UnreadableImage(reason: "'\(path)' cannot be read: \(FileError.words(error.code))")
    }
    guard let content else {
      throw UnreadableImage(reason: "'\(path)': the file has more than \(Self.largestFile >> 20) MiB")
    }
    return content
  }
}
