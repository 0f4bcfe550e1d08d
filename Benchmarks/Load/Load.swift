import Glibc
import NIOCore
import NIOPosix

// The load of bin/bench: one small client for all servers measured, so that what is compared are the servers.
// It says in JSON what it saw, one line for each stage, and waits for a line on standard input between them.

@main
enum Load {
    static func main() async throws {
        let arguments = Arguments(CommandLine.arguments.dropFirst())
        let group = MultiThreadedEventLoopGroup.singleton
        switch arguments.mode {
        case "idle": try await Idle(arguments, group).run()
        case "requests": try await Requests(arguments, group).run()
        case "notices": try await Notices(arguments, group).run()
        case "broadcasts": try await Broadcasts(arguments, group).run()
        case "signals": try await Signals(arguments, group).run()
        case "commands": try await Commands(arguments, group).run()
        case "assignments": try await Assignments(arguments, group).run()
        case "support": try await Support(arguments, group).run()
        case "xmpp": try await XMPP(arguments, group).run()
        default: fatalError("load idle|requests|notices|broadcasts|signals|commands|assignments|support|xmpp --port=… …")
        }
    }
}

/// `mode --name=value …`
struct Arguments: Sendable {
    let mode: String
    private var values: [String: String]

    init(_ words: some Sequence<String>) {
        var words = Array(words)
        mode = words.isEmpty ? "" : words.removeFirst()
        values = Dictionary(
            words.map { word in
                let parts = word.drop { $0 == "-" }.split(separator: "=", maxSplits: 1)
                return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
            }, uniquingKeysWith: { $1 })
    }

    func text(_ name: String, _ fallback: String = "") -> String { values[name] ?? fallback }
    func number(_ name: String, _ fallback: Int = 0) -> Int { values[name].flatMap { Int($0) } ?? fallback }
    func list(_ name: String) -> [String] { text(name).split(separator: ",").map(String.init) }
    var port: Int { number("port") }

    /// The same for the node at the port that `name` gives, if there is one.
    func at(_ name: String) -> Self {
        var arguments = self
        arguments.values["port"] = values[name] ?? values["port"]
        return arguments
    }
}

/// One line of JSON, out at once.
func report(_ values: KeyValuePairs<String, Double>) {
    print("{" + values.map { "\"\($0.key)\": \($0.value)" }.joined(separator: ", ") + "}")
    fflush(nil)
}
