import NIOCore
import NIOPosix

/// `idle --port --count --cookies=a,b,…`: opens links, says how long it took, holds them until a line comes in.
struct Idle: Sendable {
    let arguments: Arguments
    let group: any EventLoopGroup

    init(_ arguments: Arguments, _ group: any EventLoopGroup) {
        (self.arguments, self.group) = (arguments, group)
    }

    func run() async throws {
        let cookies = arguments.text("cookies").split(separator: ",").map(String.init)
        let start = NIODeadline.now()
        let sockets = try await concurrently(arguments.number("count"), atOnce: 100) { [self] number in
            try await Socket.open(arguments, cookie: cookies[number % cookies.count], from: pretendedAddress(number), group)
        }
        report(["opened": Double(sockets.count), "seconds": Double((NIODeadline.now() - start).nanoseconds) / 1e9])
        _ = readLine()
    }
}

/// `commands --port --cookies --rate --seconds --command`: one command after another over as many links as there are cookies; the time to each ack.
struct Commands: Sendable {
    let arguments: Arguments
    let group: any EventLoopGroup

    init(_ arguments: Arguments, _ group: any EventLoopGroup) {
        (self.arguments, self.group) = (arguments, group)
    }

    func run() async throws {
        let cookies = arguments.text("cookies").split(separator: ",").map(String.init)
        let links = arguments.number("links", cookies.count)
        let sockets = try await concurrently(links, atOnce: 50) { [self] number in
            try await Socket.open(arguments, cookie: cookies[number % cookies.count], from: pretendedAddress(number), group)
        }
        let pending = Pending()
        for socket in sockets {
            Task { for await text in socket.said { pending.answered(text) } }
        }
        let seconds = arguments.number("seconds", 10)
        let fields = arguments.text("command", #""type":"ping""#)
        try await atRate(arguments.number("rate", 1000), for: seconds) { number in
            let id = pending.asked()
            sockets[number % sockets.count].send("{\(fields),\"id\":\"\(id)\"}")
        }
        await pending.settled(within: .seconds(5))
        pending.latencies.report(over: Double(seconds))
    }
}

/// `signals --port --pairs=cookieA:cookieB:personB,… --rate --seconds`: calls between pairs, then signals from one side to the other;
/// the time from sending to arrival.
struct Signals: Sendable {
    let arguments: Arguments
    let group: any EventLoopGroup

    init(_ arguments: Arguments, _ group: any EventLoopGroup) {
        (self.arguments, self.group) = (arguments, group)
    }

    func run() async throws {
        let pairs = arguments.text("pairs").split(separator: ",").map { $0.split(separator: ":").map(String.init) }
        let pending = Pending()
        let calls = try await concurrently(pairs.count, atOnce: 10) { [self] number in
            let (caller, callee) = (pairs[number][0], pairs[number][1])
            let one = try await Socket.open(arguments, cookie: caller, from: pretendedAddress(number * 2), group)
            let other = try await Socket.open(arguments, cookie: callee, from: pretendedAddress(number * 2 + 1), group)
            let call = identifier(at: UInt64(arguments.number("now")))
            try await one.asks(#""type":"call.ring","call":"\#(call)","callee":"\#(pairs[number][2])","relayOnly":false"#)
            try await other.asks(#""type":"call.accept","call":"\#(call)","device":"b""#)
            try await one.asks(#""type":"call.join","call":"\#(call)","device":"a""#)
            try await other.asks(#""type":"call.join","call":"\#(call)","device":"b""#)
            return (one, other, call)
        }
        for (_, other, _) in calls {
            Task { for await text in other.said where text.contains("call.signal") { pending.answered(text) } }
        }
        report(["ready": Double(calls.count)])
        _ = readLine()
        let seconds = arguments.number("seconds", 10)
        try await atRate(arguments.number("rate", 1000), for: seconds) { number in
            let (one, _, call) = calls[number % calls.count]
            let id = pending.asked()
            // About as long as an ICE candidate.
            one.send(
                #"{"type":"call.signal","id":"\#(id)","call":"\#(call)","signal":{"from":"a","to":"b","candidate":"candidate:1 1 udp 2122260223 192.0.2.1 54321 typ host generation 0","mark":"\#(id)"}}"#)
        }
        await pending.settled(within: .seconds(5))
        pending.latencies.report(over: Double(seconds))
        _ = readLine()
    }
}
