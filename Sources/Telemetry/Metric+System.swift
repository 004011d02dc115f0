/// What is recorded of the machine and of the process that writes a run. Where MLflow has a name, it is MLflow's.
extension Metric {
  package static let systemPrefix = "system/"

  /// Of all the machine's processors.
  package static let systemCPU: Metric = "system/cpu_utilization_percentage"
  package static let systemMemory: Metric = "system/system_memory_usage_megabytes"
  package static let systemMemoryPercentage: Metric = "system/system_memory_usage_percentage"
  /// Of the file system that the store is on.
  package static let systemDisk: Metric = "system/disk_usage_megabytes"
  package static let systemDiskPercentage: Metric = "system/disk_usage_percentage"
  package static let systemDiskAvailable: Metric = "system/disk_available_megabytes"
  /// 100 for each processor that is kept busy.
  package static let systemProcessCPU: Metric = "system/process_cpu_utilization_percentage"
  /// 100 for each thread that could run and had no processor.
  package static let systemProcessWait: Metric = "system/process_cpu_wait_percentage"
  package static let systemProcessMemory: Metric = "system/process_memory_usage_megabytes"
  package static let systemProcessThreads: Metric = "system/process_threads"
  package static let systemProcessDiskRead: Metric = "system/process_disk_read_megabytes_per_second"
  package static let systemProcessDiskWritten: Metric = "system/process_disk_write_megabytes_per_second"

  /// Whether it tells of the machine, which is shown apart from what the run is about.
  package var isOfSystem: Bool { name.hasPrefix(Self.systemPrefix) }
}
