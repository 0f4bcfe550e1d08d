import NIOCore
import NIOPosix
import Synchronization

extension Arguments {
    /// A link each for so many, taking the cookies in turn.
    func links(_ count: Int, _ group: any EventLoopGroup) async throws -> [Socket] {
        let cookies = list("cookies")
        return try await concurrently(count, atOnce: 100) { number in
            try await Socket.open(self, as: .member(cookie: cookies[number % cookies.count]), from: pretendedAddress(number), group)
        }
    }

    /// Says how long it took to get ready, and waits for the word to go on.
    func ready(_ count: Int, since start: NIODeadline) {
        report(["opened": Double(count), "seconds": Double((NIODeadline.now() - start).nanoseconds) / 1e9])
        _ = readLine()
    }
}

/// `idle --port --count --cookies=a,b,…`: opens links and holds them.
struct Idle: Sendable {
    let arguments: Arguments
    let group: any EventLoopGroup

    init(_ arguments: Arguments, _ group: any EventLoopGroup) {
        (self.arguments, self.group) = (arguments, group)
    }

    func run() async throws {
        let start = NIODeadline.now()
        let sockets = try await arguments.links(arguments.number("count"), group)
        arguments.ready(sockets.count, since: start)
    }
}

/// `notices --port --cookies=a,b,… --people=a,b,… --rate --seconds`: everybody makes the server append durable notices to the stream of
/// the next one. The time from the commit, which the server tells by the clock all processes share, to the arrival at the receiver.
struct Notices: Sendable {
    let arguments: Arguments
    let group: any EventLoopGroup

    private struct State {
        /// By mark; 0 while unknown.
        var committed: [UInt64]
        var arrived: [UInt64]
        var known = 0
        var refused = 0
    }

    init(_ arguments: Arguments, _ group: any EventLoopGroup) {
        (self.arguments, self.group) = (arguments, group)
    }

    func run() async throws {
        let (people, rate, seconds) = (arguments.list("people"), arguments.number("rate", 1000), arguments.number("seconds", 10))
        let start = NIODeadline.now()
        let sockets = try await arguments.links(people.count, group)
        let state = Shared(
            State(committed: .init(repeating: 0, count: rate * seconds), arrived: .init(repeating: 0, count: rate * seconds)))
        let begin = arguments.number("begin")
        for socket in sockets { socket.listen { note($0, begin: begin, in: state) } }
        arguments.ready(sockets.count, since: start)
        try await atRate(rate, for: seconds) { number in
            sockets[number % sockets.count].send(
                #"{"type":"bench.notice","id":"\#(commandID(begin + number))","person":"\#(people[(number + 1) % people.count])","mark":\#(begin + number)}"#
            )
        }
        await until { state.value.withLock { $0.known + $0.refused * 2 } >= 2 * rate * seconds }
        latencies(state).report(over: Double(seconds))
        _ = readLine()
    }

    private func note(_ text: ByteBuffer, begin: Int, in state: Shared<State>) {
        let now = NIODeadline.now().uptimeNanoseconds
        if let command = text.commandNumber {
            let at = text.number(after: #""committed":"#)
            state.value.withLock { state in
                guard let at else { return state.refused += 1 }
                state.committed[command - begin] = UInt64(at)
                state.known += 1
            }
        } else if let mark = text.number(after: #""body":{"mark":"#), mark >= begin {
            // Lower marks are of a run before, and were only read again.
            state.value.withLock { state in
                state.arrived[mark - begin] = now
                state.known += 1
            }
        }
    }

    private func latencies(_ state: Shared<State>) -> Latencies {
        state.value.withLock { state in
            var latencies = Latencies()
            for (committed, arrived) in zip(state.committed, state.arrived) {
                if committed > 0, arrived > 0 {
                    // The receiver may be quicker than the line after the commit that looks at the clock.
                    latencies.add(since: .uptimeNanoseconds(min(committed, arrived)), until: .uptimeNanoseconds(arrived))
                } else {
                    latencies.failures += 1
                }
            }
            return latencies
        }
    }
}

/// What several event loops write to.
final class Shared<Value>: Sendable {
    let value: Mutex<Value>
    init(_ value: sending Value) { self.value = Mutex(value) }
}

/// `broadcasts --port --count --cookies --people --rate --seconds`: transient events from one to all links; the time to each arrival.
struct Broadcasts: Sendable {
    let arguments: Arguments
    let group: any EventLoopGroup

    private struct State {
        var sent: [NIODeadline] = []
        var latencies = Latencies()
    }

    init(_ arguments: Arguments, _ group: any EventLoopGroup) {
        (self.arguments, self.group) = (arguments, group)
    }

    func run() async throws {
        let (count, rate, seconds) = (arguments.number("count"), arguments.number("rate"), arguments.number("seconds"))
        let start = NIODeadline.now()
        let sockets = try await arguments.links(count, group)
        let state = Shared(State())
        for socket in sockets {
            socket.listen { text in
                guard let mark = text.number(after: #"{"mark":"#) else { return }
                let now = NIODeadline.now()
                state.value.withLock { $0.latencies.add(since: $0.sent[mark], until: now) }
            }
        }
        arguments.ready(count, since: start)
        let people = arguments.list("people").map { "\"\($0)\"" }.joined(separator: ",")
        try await atRate(rate, for: seconds) { number in
            state.value.withLock { $0.sent.append(.now()) }
            sockets[0].send(#"{"type":"bench.broadcast","id":"\#(commandID(number))","mark":\#(number),"people":[\#(people)]}"#)
        }
        await until { state.value.withLock(\.latencies.count) >= count * rate * seconds }
        state.value.withLock { state in
            state.latencies.failures = count * rate * seconds - state.latencies.count
            state.latencies.report(over: Double(seconds))
        }
        _ = readLine()
    }
}

/// `signals --port --pairs=cookieA:cookieB:personB,… --rate --seconds`: calls between pairs, then signals from one side to the other;
/// the time from sending to arrival.
struct Signals: Sendable {
    /// Each page makes up the name of its device.
    static let devices = (caller: "bench-device-a", callee: "bench-device-b")

    let arguments: Arguments
    let group: any EventLoopGroup

    init(_ arguments: Arguments, _ group: any EventLoopGroup) {
        (self.arguments, self.group) = (arguments, group)
    }

    func run() async throws {
        let pairs = arguments.list("pairs").map { $0.split(separator: ":").map(String.init) }
        let start = NIODeadline.now()
        let calls = try await concurrently(pairs.count, atOnce: 10) { number in
            try await call(pairs[number], number)
        }
        let pending = Pending()
        for call in calls {
            call.callee.listen { if $0.contains(#""type":"call.signal""#) { pending.arrived($0.number(after: #""mark":"#)) } }
        }
        arguments.ready(calls.count, since: start)
        let seconds = arguments.number("seconds", 10)
        try await atRate(arguments.number("rate", 1000), for: seconds) { number in
            let call = calls[number % calls.count]
            let mark = pending.asked()
            // About as long as an ICE candidate.
            call.caller.send(
                #"{"type":"call.signal","id":"\#(commandID(mark))","call":"\#(call.id)","signal":{"from":"\#(Self.devices.caller)","to":"\#(Self.devices.callee)","candidate":"candidate:1 1 udp 2122260223 192.0.2.1 54321 typ host generation 0","mark":\#(mark)}}"#
            )
        }
        await pending.settled().report(over: Double(seconds))
        _ = readLine()
    }

    private func call(_ pair: [String], _ number: Int) async throws -> (caller: Socket, callee: Socket, id: String) {
        let caller = try await Socket.open(arguments, as: .member(cookie: pair[0]), from: pretendedAddress(number * 2), group)
        let callee = try await Socket.open(arguments, as: .member(cookie: pair[1]), from: pretendedAddress(number * 2 + 1), group)
        let id = identifier(at: UInt64(arguments.number("now")))
        try await caller.asks(#""type":"call.ring","call":"\#(id)","callee":"\#(pair[2])","relayOnly":false"#)
        try await callee.asks(#""type":"call.accept","call":"\#(id)","device":"\#(Self.devices.callee)""#)
        try await caller.asks(#""type":"call.join","call":"\#(id)","device":"\#(Self.devices.caller)""#)
        try await callee.asks(#""type":"call.join","call":"\#(id)","device":"\#(Self.devices.callee)""#)
        return (caller, callee, id)
    }
}
