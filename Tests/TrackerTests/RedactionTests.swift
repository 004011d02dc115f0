import Foundation
import Settings
import Telemetry
import TestSupport
import Testing

@testable import Tracker

@Suite struct RedactionTests {
  @Test(arguments: [
    ("postgres://me:hunter2@db/sales", "postgres://me:***@db/sales"),
    ("see https://a:b@c.d/e and ftp://u:p@h", "see https://a:***@c.d/e and ftp://u:***@h"),
    ("redis://:secret@host:6379/0", "redis://:***@host:6379/0"),
    ("mysql://u:p@ss:w@rd@host/db", "mysql://u:***@host/db"),
    ("url='s3://key:pass@bucket/x'", "url='s3://key:***@bucket/x'"),
    ("https://user@host/path", "https://user@host/path"), ("http://host:8080/a@b:c@d", "http://host:8080/a@b:c@d"),
    ("git@github.com:me/repo.git", "git@github.com:me/repo.git"), ("http://[::1]:80/", "http://[::1]:80/"),
    ("ftp://u:@h", "ftp://u:@h"),
    ("https://ghp_16C7e42F292c6912E7@github.com/me/x", "https://***@github.com/me/x"),
    ("https://a-rather-long-user@host/x", "https://a-rather-long-user@host/x"),
    ("OPENAI_API_KEY=sk-123", "OPENAI_API_KEY=***"), ("a=1 GH_TOKEN=x b=2", "a=1 GH_TOKEN=*** b=2"),
    ("db_password=x", "db_password=***"), ("AWS_SECRET=x=y", "AWS_SECRET=***"), ("token=abc", "token=***"),
    ("--api-key X rest", "--api-key *** rest"), ("--token=X", "--token=***"),
    ("--password  'X y' z", "--password  '***' z"),
    ("--token --verbose", "--token --verbose"), ("-password X", "-password ***"),
    ("https://h/?access_token=a&page=2#f", "https://h/?access_token=***&page=2#f"),
    ("A_KEY=\"x y\" B=2", "A_KEY=\"***\" B=2"), ("A_KEY= B", "A_KEY= B"), ("A_KEY='x", "A_KEY='***"),
    ("mysql://u:p/w#x@host/db", "mysql://u:***@host/db"), ("{API_TOKEN='x',n=1}", "{API_TOKEN='***',n=1}"),
    (
      "lr=0.1 keyboard=1 monkey=2 tokens=3 key=4 max_tokens=5", "lr=0.1 keyboard=1 monkey=2 tokens=3 key=4 max_tokens=5"
    ),
    ("no secrets - none @ all", "no secrets - none @ all"), ("", ""), ("=", "="), ("://@:", "://@:"),
    ("a\n\nb=c\n", "a\n\nb=c\n"),
  ])
  func `secrets in a text become stars, and nothing else changes`(text: String, safe: String) {
    let found = Redaction.text(text)
    #expect(found == safe)
    #expect(Redaction.text(found) == found)
  }

  @Test func `names that end in key, token, password or secret are secret, in any spelling`() {
    for name in [
      "API_KEY", "api-key", "wandb.api_key", "TOKEN", "hf_token", "Password", "client secret", "apikey", "--token",
    ] {
      #expect(Redaction.isSecret(name: name), "\(name)")
    }
    for name in ["key", "keys", "n_tokens", "keyboard", "tokenizer", "secretary", "", "_", "learning_rate"] {
      #expect(!Redaction.isSecret(name: name), "\(name)")
    }
  }

  @Test func `the words of a command line lose the values of secret options`() {
    let words = [
      "rlrun", "log", "--api-key", "X y", "--token=Z", "--password", "--start", "A_SECRET=1", "--tag", "k=v",
    ]
    #expect(
      Redaction.commandLine(words) == [
        "rlrun", "log", "--api-key", "***", "--token=***", "--password", "--start", "A_SECRET=***", "--tag", "k=v",
      ])
  }

  @Test func `values of settings keep their types but for secret ones`() {
    #expect(Redaction.value(.text("a b"), of: "x") == .text("a b"))
    #expect(Redaction.value(.integer(1234), of: "db_password") == .text("***"))
    #expect(Redaction.value(.integer(1234), of: "n_steps") == .integer(1234))
    #expect(Redaction.value(.flag(true), of: "use_token") == .flag(true))
    #expect(Redaction.value(.text("postgres://a:b@c"), of: "source") == .text("postgres://a:***@c"))
  }

  @Test func `a difference loses passwords and values of variables in capitals, and stays code elsewhere`() {
    let text = "-API_KEY=abc\n+url = \"db://u:p@h\"\n run(token=make(), x=1)\n\u{0}\n"
    #expect(
      String(decoding: Redaction.diff(Array(text.utf8)), as: UTF8.self)
        == "-API_KEY=***\n+url = \"db://u:***@h\"\n run(token=make(), x=1)\n\u{0}\n")
    let files =
      "+  \"api_key\": \"sk-proj-4f9Q2xV7bB1c\",\n+hf_token: hf_AbCdEf0123456789\n+let token: AuthorizationToken = make()\n"
      + "+monkey: abcdefgh12345678\n+secret = 'short'\n"
    #expect(
      String(decoding: Redaction.diff(Array(files.utf8)), as: UTF8.self)
        == "+  \"api_key\": \"***\",\n+hf_token: ***\n+let token: AuthorizationToken = make()\n"
        + "+monkey: abcdefgh12345678\n+secret = 'short'\n")
    let binary: [UInt8] = [0xFF, 0x3D, 0x0A, 0xFE]
    #expect(Redaction.diff(binary) == binary)
  }

  @Test func `no secret reaches the files of a store, wherever it is said`() throws {
    let folder = TemporaryFolder()
    let store = try Store(path: folder.path, create: true)
    let secret = "hunter2hunter2"
    var description = exampleDescription()
    description.name = "on db://u:\(secret)@h"
    description.hyperparameters["api_key"] = .text(secret)
    description.protocolSettings["source"] = .text("db://u:\(secret)@h/t")
    description.tags["MY_TOKEN"] = secret
    description.surroundings.commandLine = ["x", "--password", secret, "K_TOKEN=\(secret)"]
    let run = try store.start(description)
    try run.set(["later_secret": .text(secret)])
    try run.set(["later_secret": .text(secret)])
    try run.tag("a", "db://u:\(secret)@h")
    try run.note("--token \(secret)")
    try run.rename("A_KEY=\(secret)")
    try run.describe("A_KEY=\(secret)")
    try run.finish(status: .failed, message: "cannot reach db://u:\(secret)@h")
    try store.annotate(run.id, tag: "b_password", value: secret)
    try store.annotate(experiment: "cp", text: "--api-key \(secret)")
    try store.annotate(experiment: "cp", tag: "token", value: secret)
    _ = try store.fields()
    let files = try #require(FileManager.default.enumerator(atPath: folder.path))
    var count = 0
    for case let name as String in files {
      let bytes = readBytes(folder.path + "/" + name)
      #expect(bytes.firstRange(of: Array(secret.utf8)) == nil, "\(name)")
      count += 1
    }
    #expect(count > 5)
    let record = try store.load(run.id)
    #expect(record.parameters["api_key"] == .text("***") && record.tags["b_password"] == "***")
    #expect(record.message == "cannot reach db://u:***@h" && record.notes == ["--token ***"])
  }
}
