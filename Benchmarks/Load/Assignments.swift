import NIOCore
import NIOPosix

/// `assignments --port --cookies=a,b,… --people=a,b,… --each`: a team in automatic queues of ten, and so many who wait for each of them. Every
/// agent takes what they are offered and ends it at once. Two lines: everybody connected; from the end of one conversation to the offer of
/// the next, and how many were given out a second.
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
        let (cookies, each) = (arguments.list("cookies"), arguments.number("each", 20))
        let clerk = try await Socket.open(arguments, as: .member(cookie: cookies[0]), from: pretendedAddress(60_000), group)
        let people = arguments.list("people").map { "\"\($0)\"" }.joined(separator: ",")
        try await clerk.asks(#""type":"bench.shop","people":[\#(people)],"isAutomatic":true"#)
        await clerk.close()
        let hands = (0..<cookies.count).map { _ in Shared(Hand()) }
        let start = NIODeadline.now()
        let sockets = try await concurrently(cookies.count, atOnce: 20) { [self] place in
            try await Socket.open(arguments, as: .member(cookie: cookies[place]), from: pretendedAddress(place), group)
        }
        for (place, socket) in sockets.enumerated() {
            socket.listen { hear($0, on: socket, hands[place], number: place) }
        }
        arguments.ready(sockets.count, since: start)
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

    /// Offered: accept. Accepted: end. Ended: there is room.
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
            socket.send(#"{"type":"enquiry.close","conversation":"\#(conversation)","id":"\#(commandID(command))"}"#)
        }
    }
}

extension ByteBuffer {
    /// The identifier right after the first `text`.
    fileprivate func identifier(after text: StaticString) -> String? {
        end(of: text).flatMap { getString(at: $0, length: 26) }
    }
}
