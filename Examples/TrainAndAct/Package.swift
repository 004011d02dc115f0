// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "TrainAndAct",
  dependencies: [.package(name: "rlrun", path: "../..")],
  targets: [
    .executableTarget(
      name: "TrainAndAct",
      dependencies: [
        .product(name: "Training", package: "rlrun"),
        .product(name: "Environments", package: "rlrun"),
        .product(name: "Tracker", package: "rlrun"),
      ])
  ],
  swiftLanguageModes: [.v6]
)
