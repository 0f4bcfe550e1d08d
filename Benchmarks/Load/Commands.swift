import Foundation
import NIOCore
import NIOPosix

/// `commands --port --cookies=a,b,… --file --rate`: says what the file holds, a command on each line, at a constant rate, and the pages take
/// turns. From asking to the whole answer. What is refused counts as failed.
struct Commands: Sendable {
    let arguments: Arguments
    let group: any EventLoopGroup

    init(_ arguments: Arguments, _ group: any EventLoopGroup) {
        (self.arguments, self.group) = (arguments, group)
    }

    func run() async throws {
        let lines = try String(contentsOfFile: arguments.text("file"), encoding: .utf8).split(separator: "\n")
        let (rate, pending) = (arguments.number("rate", 20), Pending())
        let sockets = try await arguments.links(arguments.list("cookies").count, group)
        for socket in sockets {
            socket.listen { answer in
                guard let number = answer.commandNumber else { return }
                answer.contains(#""type":"ack""#) ? pending.arrived(number) : pending.refused(number, because: answer)
            }
        }
        let start = ContinuousClock.now
        for (number, line) in lines.enumerated() {
            let due = start + .microseconds(number * 1_000_000 / rate)
            if due > .now { try await Task.sleep(until: due, clock: .continuous) }
            sockets[number % sockets.count].send("{\(line),\"id\":\"\(commandID(pending.asked()))\"}")
        }
        await pending.settled().report(over: Double(lines.count) / Double(rate))
    }
}
