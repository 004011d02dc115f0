// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "Extensions",
  dependencies: [.package(name: "rlrun", path: "../..")],
  targets: [
    .executableTarget(
      name: "Extensions",
      dependencies: [
        "BLASBridge", "Datasets", "Debugger", "Environments", "Fitting", "Learning", "Models", "RLCore", "Randomness",
        "Runs",
        "Settings", "Telemetry", "Tracker", "Training",
      ].map { .product(name: $0, package: "rlrun") })
  ],
  swiftLanguageModes: [.v6]
)
