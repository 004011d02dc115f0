import Images

/// Images: a row for each file.
package enum ImageFiles: DataSource {
  package static let name = "image"
  package static let summary = "images (PNG, JPEG, GIF, BMP), one or a folder of them"
  package static let suffixes = ["png", "jpg", "jpeg", "jpe", "gif", "bmp", "webp", "tif", "tiff", "heic", "avif"]

  package static let options: Set<SourceOption> = [.pixels]

  package static func recognises(_ sample: FileSample) -> Bool {
    !sample.isCompressed && ImageFormat(sample.start) != nil
  }

  package static func open(
    _ location: DataLocation, options: SourceOptions
  ) throws(DataSourceError) -> any RecordSource {
    ImageRecords(FolderListing(file: location).files, others: 0, keepsPixels: options.keepsPixels)
  }

  package static func open(
    _ folder: FolderListing, options: SourceOptions
  ) throws(DataSourceError) -> any RecordSource {
    let (files, others) = folder.files(of: ImageFiles.self)
    guard !files.isEmpty else {
      throw DataSourceError(location: folder.folder, "there are no images in this folder", status: .badUsage)
    }
    return ImageRecords(files, others: others, keepsPixels: options.keepsPixels)
  }
}
