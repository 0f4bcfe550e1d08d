import Cluster
import TestKit
import Testing

/// Two nodes of one Sotto, joined by either bus.
private struct Nodes {
    enum Link: String, CaseIterable { case local, nats }

    let here: any Bus
    let there: any Bus
    let server: NATSServer?

    init(_ link: Link) async throws {
        switch link {
        case .local:
            here = LocalBus()
            there = here
            server = nil
        case .nats:
            let server = try await NATSServer()
            here = try NATSBus(server.url)
            there = try NATSBus(server.url)
            self.server = server
            let buses = [here, there]
            try await Eventually.holds { buses.allSatisfy(\.state.isConnected) }
        }
    }
}

private let topic = Topic("test.topic")

@Suite struct BusTests {
    @Test(arguments: Nodes.Link.allCases) private func everySubscriberOnEveryNodeHears(by link: Nodes.Link) async throws {
        let nodes = try await Nodes(link)
        let streams = [
            try await nodes.here.subscribe(to: topic, limit: 10), try await nodes.here.subscribe(to: topic, limit: 10),
            try await nodes.there.subscribe(to: topic, limit: 10),
        ]
        #expect(nodes.here.publish([1, 0, 255], to: topic))
        for stream in streams {
            var iterator = stream.makeAsyncIterator()
            #expect(await iterator.next() == [1, 0, 255])
        }
    }

    @Test(arguments: Nodes.Link.allCases) private func anEventComesOnceAndOnlyToItsTopic(by link: Nodes.Link) async throws {
        let nodes = try await Nodes(link)
        var mine = try await nodes.here.subscribe(to: topic, limit: 10).makeAsyncIterator()
        nodes.there.publish([9], to: Topic("test.other"))
        for number in 0..<5 { nodes.there.publish([UInt8(number)], to: topic) }
        for number in 0..<5 { #expect(await mine.next() == [UInt8(number)]) }
    }

    @Test(arguments: Nodes.Link.allCases) private func anEmptyAndALargeEventArriveWhole(by link: Nodes.Link) async throws {
        let nodes = try await Nodes(link)
        var there = try await nodes.there.subscribe(to: topic, limit: 10).makeAsyncIterator()
        let large = (0..<500_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        nodes.here.publish([], to: topic)
        nodes.here.publish(large, to: topic)
        #expect(await there.next() == [])
        #expect(await there.next() == large)
    }

    @Test(arguments: Nodes.Link.allCases) private func aSlowSubscriberLosesTheNewestAndHarmsNoOther(by link: Nodes.Link) async throws {
        let nodes = try await Nodes(link)
        let slow = try await nodes.there.subscribe(to: topic, limit: 10)
        var quick = try await nodes.there.subscribe(to: topic, limit: 1000).makeAsyncIterator()
        for number in 0..<200 { nodes.here.publish([UInt8(number)], to: topic) }
        for number in 0..<200 { #expect(await quick.next() == [UInt8(number)]) }
        // The last loss is counted right after the last delivery.
        let bus = nodes.there
        try await Eventually.holds { bus.state.dropped == 190 }
        var late = slow.makeAsyncIterator()
        for number in 0..<10 { #expect(await late.next() == [UInt8(number)]) }
    }

    @Test(arguments: Nodes.Link.allCases) private func closingEndsEverySubscription(by link: Nodes.Link) async throws {
        let nodes = try await Nodes(link)
        let stream = try await nodes.there.subscribe(to: topic, limit: 10)
        await nodes.there.close()
        var iterator = stream.makeAsyncIterator()
        #expect(await iterator.next() == nil)
    }
}

@Suite struct NATSOutageTests {
    @Test func aNodeGoesOnAloneAndComesBackByItself() async throws {
        let nodes = try await Nodes(.nats)
        let server = try #require(nodes.server)
        var own = try await nodes.here.subscribe(to: topic, limit: 100).makeAsyncIterator()
        var other = try await nodes.there.subscribe(to: topic, limit: 100).makeAsyncIterator()
        var gaps = nodes.there.gaps().makeAsyncIterator()

        await server.kill9()
        try await Eventually.holds { !nodes.here.state.isConnected && !nodes.there.state.isConnected }
        nodes.here.publish([1], to: topic)
        #expect(await own.next() == [1], "within the node nothing changed")

        try await server.start()
        try await Eventually.holds { nodes.here.state.isConnected && nodes.there.state.isConnected }
        #expect(await gaps.next() != nil, "whoever missed something is told to catch up")
        // The event published during the outage may have come through the buffer; the one after it must come.
        nodes.here.publish([2], to: topic)
        while let event = await other.next(), event != [2] { #expect(event == [1]) }
    }

    @Test func aNodeThatStartsWithoutNATSJoinsLater() async throws {
        let server = try await NATSServer(running: false)
        let here = try NATSBus(server.url)
        let there = try NATSBus(server.url)
        #expect(!here.state.isConnected)
        var own = try await here.subscribe(to: topic, limit: 10).makeAsyncIterator()
        var other = try await there.subscribe(to: topic, limit: 10).makeAsyncIterator()
        here.publish([1], to: topic)
        #expect(await own.next() == [1])
        try await server.start()
        try await Eventually.holds { here.state.isConnected && there.state.isConnected }
        // The other node's subscription reaches the server with its connection; ours may be a moment earlier.
        let (heard, hear) = AsyncStream.makeStream(of: [UInt8].self)
        let listening = Task {
            while let event = await other.next() { hear.yield(event) }
        }
        let calling = Task {
            while !Task.isCancelled {
                here.publish([2], to: topic)
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        var first = heard.makeAsyncIterator()
        #expect(await first.next() != nil)
        calling.cancel()
        listening.cancel()
    }

    @Test func aServerThatHangsMakesNoPublisherWait() async throws {
        let nodes = try await Nodes(.nats)
        let server = try #require(nodes.server)
        await server.pause()
        let payload = [UInt8](repeating: 7, count: 100_000)
        let began = ContinuousClock.now
        // More than every buffer on the way together.
        var isRefused = false
        for _ in 0..<400 { isRefused = !nodes.here.publish(payload, to: topic) || isRefused }
        #expect(ContinuousClock.now - began < .seconds(1))
        #expect(isRefused)
        #expect(nodes.here.state.dropped > 0)
        try await Eventually.holds { !nodes.here.state.isConnected }
        await server.resume()
        try await Eventually.holds { nodes.here.state.isConnected }
        var other = try await nodes.there.subscribe(to: topic, limit: 1000).makeAsyncIterator()
        try await Eventually.holds { nodes.here.publish([1], to: topic) }
        while let event = await other.next(), event != [1] {}
    }

    @Test func anAddressWithoutSenseIsRefusedWithoutRepeatingIt() {
        #expect(throws: NATSProblem.self) { try NATSBus("nats://user:secret@127.0.0.1:port") }
        do {
            _ = try NATSBus("nats://user:secret@127.0.0.1:port")
        } catch {
            #expect(!"\(error)".contains("secret"))
        }
    }
}
