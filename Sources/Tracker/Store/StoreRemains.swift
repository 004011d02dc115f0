import Files
import Glibc

/// What lies in a store's folder beside its runs.
package struct StoreRemains: Sendable, Hashable {
  /// Folders of runs that have no log any more, a sentence each.
  package var problems: [String] = []
  /// Files and folders that are not rlrun's, a sentence each.
  package var remarks: [String] = []
}

extension Store {
  /// Looks for what is no run's.
  func remains() throws(StoreError) -> StoreRemains {
    var remains = StoreRemains()
    for experiment in try onDisk(Folder.names(in: path)) where experiment != StoreLayout.versionFile {
      let folder = path + "/" + experiment
      guard StoreLayout.isFolder(folder) else {
        remains.remarks.append("\(folder) is no file of rlrun's")
        continue
      }
      for name in try onDisk(Folder.names(in: folder)) where try !StoreLayout.holdsLog("\(folder)/\(name)") {
        let place = "\(folder)/\(name)"
        if Folder.holds("\(place)/\(StoreLayout.lock)")
          || Folder.holds("\(place)/\(StoreLayout.checkpoints)")
        {
          // A run that is just being started has its lock first.
          if isLocked(place) { continue }
          remains.problems.append("\(place) is a run's folder without a log: \(StoreLayout.log) is missing")
        } else {
          remains.remarks.append("\(place) is no run of rlrun's")
        }
      }
    }
    for (folder, log) in try experimentLogs() {
      let experiment = try experiment(in: log, folder: folder)
      if case .damaged(let damages) = experiment.condition {
        remains.problems.append(StoreError.damagedExperiment(experiment.name, damages[0]).description)
      }
    }
    let artifacts = path + "/" + StoreLayout.artifacts
    for start in try onDisk(Folder.names(in: artifacts)) {
      for name in try onDisk(Folder.names(in: artifacts + "/" + start)) {
        let isOne = name.utf8.count == 64 && name.hasPrefix(start) && name.utf8.allSatisfy(StoreLayout.isHexadecimal)
        if !isOne { remains.remarks.append("\(artifacts)/\(start)/\(name) is no artifact of rlrun's") }
      }
    }
    return remains
  }
}

extension StoreLayout {
  /// What is in a run's folder and not rlrun's, sorted; hidden files are not looked at.
  static func strangers(inRun folder: String) throws(StoreError) -> [String] {
    let numbers = try segments(in: folder)
    var known: Set = [lock, checkpoints]
    for number in numbers { known.insert(String(segment(number, in: folder).dropFirst(folder.count + 1))) }
    // Of a segment that is being begun or compacted, and of a log that was repaired.
    let own = try onDisk(Folder.names(in: folder)).filter {
      !known.contains($0) && !$0.hasSuffix(".rlog.new") && !$0.hasPrefix("broken-")
    }
    let others = try onDisk(Folder.names(in: folder + "/" + checkpoints)).filter { !$0.hasSuffix(".safetensors") }
    return own + others.map { checkpoints + "/" + $0 }
  }

  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  static func isHexadecimal(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
  }
}
