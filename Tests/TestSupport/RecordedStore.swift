import Foundation

/// A copy of a store that an earlier program wrote, to work on: `Tests/Goldens/recorded/stores/NAME`.
package func recordedStore(_ name: String) throws -> TemporaryFolder {
  let goldens = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Goldens/recorded/stores/" + name)
  let folder = TemporaryFolder()
  try FileManager.default.copyItem(atPath: goldens.path, toPath: folder.path)
  return folder
}
