import Server

/// What bin/bench measures from within: `bench serve` is the server with two more commands on its live link,
/// `bench storage DATA KEYS` writes to a database, one after another and many at once, `bench history …` makes up two years of a desk,
/// `bench media PORT` is the media server alone.
@main
enum Bench {
    static func main() async throws {
        var words = CommandLine.arguments.dropFirst()
        switch words.popFirst() {
        case "serve": try await MeasuredServer().run()
        case "storage": try await GroupCommitStage(data: words.popFirst() ?? "", keys: words.popFirst() ?? "").run()
        case "history": try await History(words).run()
        case "media": try await MediaStage(port: words.popFirst().flatMap { Int($0) } ?? 0).run()
        default: fatalError("bench serve | bench storage DATA KEYS | bench media PORT | bench history --agents=… --supervisor=…")
        }
    }
}
