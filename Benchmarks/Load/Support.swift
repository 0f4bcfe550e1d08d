import NIOCore
import NIOPosix
import Synchronization

/// `support --port --cookies=a,b,… --people=a,b,… --each --rate --seconds --gap`: a team, and visitors with a conversation each. Lines:
///
/// 1. everybody connected;
/// 2. messages at a constant rate, in turn from visitors and from agents: from sending to the arrival at the other side;
/// 3. all visitors but a few cut off, an answer for each meanwhile, and back at once: until each has what it missed, exactly once;
/// 4. what the few, who went on talking, saw meanwhile;
/// 5. one visitor who comes back, again and again, to so many missed messages: from connecting to having the last of them.
///
/// With `--visitors` the visitors come to the node at that port, and everything said goes from one node to the other. With `--only=talk` it
/// ends after 2.
struct Support: Sendable {
    let arguments: Arguments
    let group: any EventLoopGroup

    /// Both ends of a conversation.
    private struct Pair: Sendable {
        let conversation: String
        let token: String
        let agent: Socket
        let visitor: Socket
        let place: Int
    }

    /// Conversations that go on while the others are cut off.
    static let calm = 200
    /// Where both ends of these are: on a thread that does nothing else. What they see is then the server's, and not the wait behind
    /// thousands of connections that this process opens meanwhile.
    private let quiet = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    init(_ arguments: Arguments, _ group: any EventLoopGroup) {
        (self.arguments, self.group) = (arguments, group)
    }

    private func group(of place: Int) -> any EventLoopGroup { place < Self.calm ? quiet : group }

    func run() async throws {
        let (rate, seconds) = (arguments.number("rate", 1000), arguments.number("seconds", 10))
        let start = NIODeadline.now()
        let pending = Pending()
        let pairs = try await connect(pending)
        arguments.ready(pairs.count, since: start)

        try await talk(in: pairs, pending, rate: rate, seconds: seconds)
        await pending.settled().report(over: Double(seconds))
        _ = readLine()
        guard arguments.text("only") != "talk" else { return }

        try await storm(pairs, pending)
        _ = readLine()
        try await gap(pairs[0], missed: arguments.number("gap", 1000))
        _ = readLine()
    }

    /// Opens the shop, the agents' pages, the conversations and the visitors' pages.
    private func connect(_ pending: Pending) async throws -> [Pair] {
        let (cookies, each) = (arguments.list("cookies"), arguments.number("each", 20))
        let first = try await Socket.open(arguments, as: .member(cookie: cookies[0]), from: pretendedAddress(60_000), group)
        let people = arguments.list("people").map { "\"\($0)\"" }.joined(separator: ",")
        try await first.asks(#""type":"bench.shop","people":[\#(people)]"#)
        await first.close()
        let groups = try await concurrently(cookies.count, atOnce: 8) { [self] number in
            let agent = try await Socket.open(
                arguments, as: .member(cookie: cookies[number]), from: pretendedAddress(number), group(of: number * each))
            let begun = try await agent.asks(#""type":"bench.begin","count":\#(each)"#).begun
            for one in begun { try await agent.asks(#""type":"listen","stream":"conversation/\#(one.conversation)","after":0"#) }
            agent.listen { hear($0, from: "visitor", pending) }
            return (agent, begun)
        }
        let all = groups.flatMap { agent, begun in begun.map { (agent, $0) } }
        return try await concurrently(all.count, atOnce: 100) { [self] place in
            let (agent, one) = all[place]
            let visitor = try await open(one, place: place) { hear($0, from: "agent", pending) }
            return Pair(conversation: one.conversation, token: one.token, agent: agent, visitor: visitor, place: place)
        }
    }

    private func open(
        _ one: (conversation: String, token: String), place: Int, heard: Int = 0, hear: @escaping @Sendable (ByteBuffer) -> Void
    ) async throws -> Socket {
        try await Socket.open(
            arguments.at("visitors"), as: .visitor(token: one.token, conversation: one.conversation, heard: heard),
            from: pretendedAddress(place + 1000), group(of: place), hear: hear)
    }

    /// Marks in what the other side said. One's own words come back too, and are not counted.
    @Sendable private func hear(_ text: ByteBuffer, from other: StaticString, _ pending: Pending) {
        guard text.contains(#""type":"event""#) else { return }
        let isAgents = text.contains("agent says ")
        guard isAgents == (other.utf8Start[0] == UInt8(ascii: "a")) else { return }
        pending.arrived(text.number(after: "says mark "))
    }

    private func talk(in pairs: [Pair], _ pending: Pending, rate: Int, seconds: Int) async throws {
        try await atRate(rate, for: seconds) { say($0, in: pairs, pending) }
    }

    private func say(_ number: Int, in pairs: [Pair], _ pending: Pending) {
        let pair = pairs[(number / 2) % pairs.count]
        let isAgent = number.isMultiple(of: 2)
        let mark = pending.asked()
        (isAgent ? pair.agent : pair.visitor).send(
            #"{"type":"message.send","id":"\#(commandID(mark))","conversation":"\#(pair.conversation)","text":"\#(isAgent ? "agent" : "visitor") says mark \#(mark) and as much as people write to a shop in one line"}"#
        )
    }

    /// A hundred messages a second, said from the quiet thread itself.
    private func talkCalmly(in pairs: [Pair], _ pending: Pending, seconds: Int) async throws {
        let done = quiet.next().makePromise(of: Void.self)
        let count = Shared(0)
        quiet.next().scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(10)) { task in
            let number = count.value.withLock { value in
                defer { value += 1 }
                return value
            }
            guard number < seconds * 100 else {
                task.cancel()
                return done.succeed()
            }
            say(number, in: pairs, pending)
        }
        try await done.futureResult.get()
    }

    private func storm(_ pairs: [Pair], _ pending: Pending) async throws {
        let (calm, cut) = (Array(pairs.prefix(Self.calm)), Array(pairs.dropFirst(Self.calm)))
        for pair in cut { await pair.visitor.close() }
        // What they miss: an answer each, by its mark. All are said before anybody is back.
        let missed = Shared([Int](repeating: 0, count: cut.count))
        let said = Shared(0)
        for pair in cut {
            pair.agent.listen { text in
                hear(text, from: "visitor", pending)
                if text.contains(#""type":"ack""#) { said.value.withLock { $0 += 1 } }
            }
        }
        for (number, pair) in cut.enumerated() {
            pair.agent.send(
                #"{"type":"message.send","id":"\#(commandID(900_000_000 + number))","conversation":"\#(pair.conversation)","text":"agent says while away \#(number)."}"#
            )
        }
        await until(within: .seconds(120)) { said.value.withLock { $0 == cut.count } }
        let stream = Task { try await talkCalmly(in: calm, pending, seconds: arguments.number("storm", 20)) }
        let back = Shared(Latencies())
        let start = NIODeadline.now()
        try await concurrently(cut.count, atOnce: cut.count) { [self] number in
            let pair = cut[number]
            let done = group.next().makePromise(of: Void.self)
            let socket = try await persistently(counting: back) { [self] in
                try await open((pair.conversation, pair.token), place: pair.place, heard: 0) { text in
                    guard text.contains(#""type":"event""#), text.number(after: "while away ") == number else { return }
                    missed.value.withLock { $0[number] += 1 }
                    done.succeed()
                }
            }
            try await done.futureResult.get()
            back.value.withLock { $0.add(since: start) }
            return socket
        }.discard()
        let took = Double((NIODeadline.now() - start).nanoseconds) / 1e9
        let doubled = missed.value.withLock { $0.filter { $0 != 1 }.count }
        back.value.withLock { latencies in
            latencies.failures = doubled
            latencies.report(over: took)
        }
        try await stream.value
        await pending.settled().report(over: Double(arguments.number("storm", 20)))
    }

    /// Tries again as pages do: after half to all of a doubling ceiling, from half a second up to 30 (`Browser/live/backOff.js`).
    private func persistently<Result>(counting seen: Shared<Latencies>, _ attempt: () async throws -> Result) async throws -> Result {
        var ceiling = 500
        while true {
            do {
                return try await attempt()
            } catch  where ceiling <= 30_000 {
                seen.value.withLock { $0.again += 1 }
                try await Task.sleep(for: .milliseconds(Int.random(in: ceiling / 2...ceiling)))
                ceiling *= 2
            }
        }
    }

    private func gap(_ pair: Pair, missed: Int) async throws {
        await pair.visitor.close()
        let last = Shared(0)
        let before = try await open((pair.conversation, pair.token), place: pair.place) { text in
            if let sequence = text.position { last.value.withLock { $0 = max($0, sequence) } }
        }
        await before.close()
        let heard = last.value.withLock { $0 }
        try await pair.agent.asks(#""type":"bench.talk","conversation":"\#(pair.conversation)","count":\#(missed)"#)
        var latencies = Latencies()
        for _ in 0..<20 {
            let done = group.next().makePromise(of: Void.self)
            let start = NIODeadline.now()
            let socket = try await open((pair.conversation, pair.token), place: pair.place, heard: heard) { text in
                if text.number(after: "missed ") == missed - 1 { done.succeed() }
            }
            try await done.futureResult.get()
            latencies.add(since: start)
            await socket.close()
        }
        latencies.report(over: 1)
    }
}

extension Array {
    fileprivate func discard() {}
}

extension ByteBuffer {
    /// The last sequence of the one stream that a welcome names.
    fileprivate var position: Int? {
        guard contains(#""type":"welcome""#), let name = String(buffer: self).firstRange(of: "conversation/") else { return nil }
        return Int(String(buffer: self)[name.upperBound...].dropFirst(28).prefix { $0.isNumber })
    }

    /// What `bench.begin` answered.
    fileprivate var begun: [(conversation: String, token: String)] {
        String(buffer: self).split(separator: #""conversation":""#).dropFirst().compactMap { part in
            guard let token = part.firstRange(of: #""token":""#) else { return nil }
            return (String(part.prefix(26)), String(part[token.upperBound...].prefix { $0 != "\"" }))
        }
    }
}
