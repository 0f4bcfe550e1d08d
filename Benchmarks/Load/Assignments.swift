import NIOCore
import NIOPosix

/// `assignments --port --cookies=a,b,… --people=a,b,… --each --hold --only`: a team in automatic queues of ten, and so many who wait for each
/// of them. Two lines: everybody connected; what was seen.
///
/// Every agent takes what they are offered and ends it after `hold` milliseconds, half of it more or less: from the end of one conversation
/// to the offer of the next, and how many were given out a second. With `--only=given` everybody has room for all who wait, and is away
/// until all do: from the word that they are there to each offer, and how many offers were made a second.
struct Assignments: Sendable {
    let arguments: Arguments
    let group: any EventLoopGroup

    /// What an agent's page is told, and does.
    private struct Hand {
        /// Since when there is room.
        var free: NIODeadline?
        /// What was offered, until it is ended.
        var conversation: String?
        /// Of the command that was said last; each has a number of its own, as one that is said again is not done again.
        var command = 0
        var latencies = Latencies()
        var ended = 0
        /// The end was said and is not acknowledged yet. The offer of the next may come before the ack does.
        var isEnding = false

        mutating func isFree() {
            (free, ended, isEnding) = (.now(), ended + 1, false)
        }

        mutating func next(_ number: Int) -> Int {
            command = (command / 1000 + 1) * 1000 + number
            return command
        }
    }

    init(_ arguments: Arguments, _ group: any EventLoopGroup) {
        (self.arguments, self.group) = (arguments, group)
    }

    func run() async throws {
        let (cookies, each, isGiven) = (arguments.list("cookies"), arguments.number("each", 20), arguments.text("only") == "given")
        let clerk = try await Socket.open(arguments, as: .member(cookie: cookies[0]), from: pretendedAddress(60_000), group)
        let people = arguments.list("people").map { "\"\($0)\"" }.joined(separator: ",")
        try await clerk.asks(
            #""type":"bench.shop","people":[\#(people)],"capacity":\#(isGiven ? each : 1),"isAway":\#(isGiven)"#)
        await clerk.close()
        let hands = (0..<cookies.count).map { _ in Shared(Hand()) }
        let start = NIODeadline.now()
        let sockets = try await concurrently(cookies.count, atOnce: 20) { [self] place in
            try await Socket.open(arguments, as: .member(cookie: cookies[place]), from: pretendedAddress(place), group)
        }
        arguments.ready(sockets.count, since: start)
        if isGiven { return try await given(to: sockets, each: each) }
        for (place, socket) in sockets.enumerated() {
            socket.listen { hear($0, on: socket, hands[place], number: place) }
        }
        let began = NIODeadline.now()
        for (place, socket) in sockets.enumerated() { socket.send(#"{"type":"bench.wait","count":\#(each),"id":"\#(commandID(place))"}"#) }
        await until(within: .seconds(120)) { hands.reduce(0) { $0 + $1.value.withLock(\.ended) } >= cookies.count * each }
        let time = Double((NIODeadline.now() - began).nanoseconds) / 1e9
        var all = Latencies()
        // Some of ten who share a queue end more than others.
        var ended = 0
        for hand in hands {
            hand.value.withLock { hand in
                all.add(hand.latencies)
                ended += hand.ended
            }
        }
        all.failures = max(0, cookies.count * each - ended)
        all.report(over: time)
        _ = readLine()
    }

    /// All wait, and then everybody is there.
    private func given(to sockets: [Socket], each: Int) async throws {
        _ = try await concurrently(sockets.count, atOnce: sockets.count) { place in
            try await sockets[place].asks(#""type":"bench.wait","count":\#(each)"#)
        }
        let seen = Shared(Latencies())
        let start = NIODeadline.now()
        for (place, socket) in sockets.enumerated() {
            socket.listen { text in
                if text.contains(#""type":"offer.made""#) { seen.value.withLock { $0.add(since: start) } }
            }
            socket.send(#"{"type":"agent.status","status":"available","id":"\#(commandID(place))"}"#)
        }
        await until(within: .seconds(120)) { seen.value.withLock(\.count) >= sockets.count * each }
        var all = seen.value.withLock { $0 }
        let last = all.last ?? 0
        all.failures = sockets.count * each - all.count
        all.report(over: last / 1000)
        _ = readLine()
    }

    /// Offered: accept. Accepted: end, in a while. Ended: there is room.
    private func hear(_ text: ByteBuffer, on socket: Socket, _ hand: Shared<Hand>, number: Int) {
        if text.contains(#""type":"offer.made""#) {
            guard let conversation = text.identifier(after: #""conversation":""#) else { return }
            let command = hand.value.withLock { hand in
                if hand.isEnding { hand.isFree() }
                if let free = hand.free { hand.latencies.add(since: free) }
                (hand.free, hand.conversation) = (nil, conversation)
                return hand.next(number)
            }
            socket.send(#"{"type":"offer.accept","conversation":"\#(conversation)","id":"\#(commandID(command))"}"#)
        } else if text.contains(#""type":"ack""#), let answered = text.commandNumber {
            let ending = hand.value.withLock { hand -> (conversation: String, command: Int)? in
                guard answered == hand.command else { return nil }
                guard let conversation = hand.conversation else {
                    hand.isFree()
                    return nil
                }
                (hand.conversation, hand.isEnding) = (nil, true)
                return (conversation, hand.next(number))
            }
            guard let (conversation, command) = ending else { return }
            let hold = arguments.number("hold")
            let pause = hold == 0 ? 0 : Int64.random(in: Int64(hold / 2)...Int64(hold + hold / 2))
            socket.channel.eventLoop.scheduleTask(in: .milliseconds(pause)) {
                socket.send(#"{"type":"enquiry.close","conversation":"\#(conversation)","id":"\#(commandID(command))"}"#)
            }
        }
    }
}

extension ByteBuffer {
    /// The identifier right after the first `text`.
    fileprivate func identifier(after text: StaticString) -> String? {
        end(of: text).flatMap { getString(at: $0, length: 26) }
    }
}
