import Formats
import Telemetry
import Tracker

/// What Stable-Baselines3's `EvalCallback` leaves: an archive of NumPy's with `timesteps` [n], `results` and `ep_lengths`
/// [n, episodes], and where environments tell of success `successes`.
///
/// Every evaluation is a point of `eval/mean_reward` and `eval/mean_ep_length` (and `eval/success_rate`), as the callback
/// logs them, and every episode is one. The file does not say when: all is dated at `modified`.
enum EvaluationsFile {
  static func read(_ bytes: [UInt8], path: String, modified: Int64) throws(ImportError) -> ImportedRun {
    let arrays: [String: NumPyArray]
    do {
      arrays = try unpack(bytes)
    } catch {
      throw ImportError(path: path, reason: "this archive cannot be read: \(error.reason)")
    }
    guard let steps = arrays["timesteps"], let rewards = arrays["results"], steps.shape.count == 1 else {
      throw ImportError(path: path, reason: "there are no arrays timesteps and results: it is not an evaluations.npz")
    }
    let count = steps.values.count
    guard rewards.shape.first == count, rewards.shape.count <= 2 else {
      throw ImportError(path: path, reason: "results has not a row for each of \(count) timesteps")
    }
    let width = rewards.shape.count == 2 ? rewards.shape[1] : 1
    var losses: [String] = []
    func others(_ name: String) -> [Double]? {
      guard let array = arrays[name] else { return nil }
      if array.shape == rewards.shape { return array.values }
      losses.append("\(path): \(name) is not of the shape of results, left out.")
      return nil
    }
    let (lengths, successes) = (others("ep_lengths"), others("successes"))
    var collector = SeriesCollector()
    var episodes: [RecordedEpisode] = []
    for row in 0..<count {
      guard let step = Int(exactly: steps.values[row]), step >= 0, width > 0 else {
        losses.append("\(path): evaluation \(row + 1) is at no step, or has no episode, left out.")
        continue
      }
      let range = row * width..<(row + 1) * width
      func add(_ metric: Metric, _ values: [Double]?) {
        guard let values else { return }
        collector.add(metric.name, step: step, wallTime: modified, value: mean(values[range]))
      }
      add(.evalMeanReward, rewards.values)
      add("eval/mean_ep_length", lengths)
      add("eval/success_rate", successes)
      for place in range {
        guard let length = Int(exactly: lengths?[place] ?? 0), (0...Int(Int32.max)).contains(length) else {
          losses.append("\(path): an episode of evaluation \(row + 1) has no length that could be, left out.")
          continue
        }
        let episode = Episode(phase: .evaluation, reward: rewards.values[place], length: length, truncated: false)
        episodes.append(RecordedEpisode(episode: episode, step: step, wallTime: modified))
      }
    }
    if collector.series.isEmpty { throw ImportError(path: path, reason: "there is no evaluation in this file") }
    return ImportedRun(series: collector.series, episodes: episodes, losses: losses)
  }

  private static func unpack(_ bytes: [UInt8]) throws(UnreadableBytes) -> [String: NumPyArray] {
    let archive = try ZipArchive(bytes)
    var arrays: [String: NumPyArray] = [:]
    for name in ["timesteps", "results", "ep_lengths", "successes"] {
      guard let file = try archive.file(name + ".npy") else { continue }
      do {
        arrays[name] = try NumPyArray(file)
      } catch {
        throw UnreadableBytes(reason: "\(name): \(error.reason)")
      }
    }
    return arrays
  }
}
