import Testing

@testable import Media

/// Ways that carry less than is wanted, in simulated time. The figures are those that `docs/media.md` names.
@Suite struct NarrowLineTests {
    /// One or more look at five others; the lines that lead to them are narrow.
    private func meeting(of watchers: Int, _ lines: [NarrowLine], tellsArrivals: Bool = true) throws -> (Meeting, [Participant]) {
        let meeting = try Meeting()
        meeting.tellsArrivals = tellsArrivals
        for id in 1...5 as ClosedRange<UInt64> { try meeting.join(id, sounds: 0, pictures: 0) }
        meeting.narrow = lines
        let found = try (0..<watchers).map { place in
            let one = try meeting.join(UInt64(6 + place), sounds: 5, pictures: 5)
            one.isQuiet = true
            meeting.leadsTo[one.receiving.path] = min(place, lines.count - 1)
            return one
        }
        for one in found {
            let wishes = (1...5 as ClosedRange<UInt64>).map { PictureWish(MediaPeerID($0), .camera, encoding: 2) }
            meeting.engine.watch(Meeting.room, one.id, wishes, at: .at(meeting.elapsed))
        }
        return (meeting, found)
    }

    /// Bits a second that somebody gets, and the longest queue before them meanwhile.
    private func measure(_ meeting: Meeting, _ one: Participant, for duration: Duration) -> (rate: Double, queue: Duration) {
        let before = one.bytesHeard
        var queue: Duration = .zero
        meeting.run(for: duration) { now in queue = max(queue, meeting.narrow[0].queued(at: now)) }
        return (Double(one.bytesHeard - before) * 8 / (duration / .seconds(1)), queue)
    }

    /// From 3 Mbit/s to 500 kbit/s and back: sound goes on, the queue is short after three seconds, nine tenths are back within ten.
    @Test func aWayThatNarrowsKeepsItsSound() throws {
        let (meeting, watchers) = try meeting(of: 1, [NarrowLine(bitsPerSecond: 3_000_000)])
        let ana = watchers[0]
        meeting.run(for: .seconds(8))
        let wide = measure(meeting, ana, for: .seconds(4))
        #expect(wide.rate > 2_400_000 && wide.queue < .milliseconds(200))
        ana.forgetGaps()
        meeting.narrow[0].bitsPerSecond = 500_000
        meeting.run(for: .seconds(3))
        #expect(ana.longestGap < .milliseconds(400))
        ana.forgetGaps()
        let narrow = measure(meeting, ana, for: .seconds(9))
        #expect(narrow.queue <= .milliseconds(300) && narrow.rate > 300_000)
        #expect(ana.longestGap < .milliseconds(200))
        meeting.narrow[0].bitsPerSecond = 3_000_000
        meeting.run(for: .seconds(8))
        let back = measure(meeting, ana, for: .seconds(2))
        #expect(back.rate > 0.9 * wide.rate)
    }

    /// A tenth of all packets is lost, whatever is sent: it is repeated, and the pictures hardly ever stand still.
    @Test func whatIsLostByChanceIsMended() throws {
        var line = NarrowLine(bitsPerSecond: 20_000_000)
        line.loss = 10
        let (meeting, watchers) = try meeting(of: 1, [line])
        meeting.run(for: .seconds(4))
        let before = watchers[0].shown.values.filter(\.isVideo).map(\.frozen)
        #expect(before.count == 5)
        meeting.run(for: .seconds(20))
        let pictures = watchers[0].shown.values.filter(\.isVideo)
        let frozen = zip(pictures, before).reduce(Duration.zero) { $0 + $1.0.frozen } - before.reduce(.zero, +)
        #expect(frozen < .seconds(1), "one percent of five pictures in twenty seconds")
        #expect(pictures.allSatisfy { $0.lastSize == 2 })
    }

    /// Two who share a way share it evenly.
    @Test func twoWhoShareAWayShareItEvenly() throws {
        let (meeting, watchers) = try meeting(of: 2, [NarrowLine(bitsPerSecond: 3_000_000)])
        meeting.run(for: .seconds(15))
        let before = watchers.map(\.bytesHeard)
        meeting.run(for: .seconds(15))
        let shares = zip(watchers, before).map { Double($0.bytesHeard - $1) * 8 / 15 }
        #expect(abs(shares[0] - shares[1]) < 0.2 * max(shares[0], shares[1]) && shares[0] + shares[1] > 2_200_000)
    }

    /// Everything comes late to a busy machine again and again, and nothing is lost: it sees pictures.
    @Test func aBusyMachineStillSeesPictures() throws {
        let (meeting, watchers) = try meeting(of: 1, [NarrowLine(bitsPerSecond: 20_000_000)])
        meeting.run(for: .seconds(4))
        var random = SeededGenerator(seed: 9)
        func rush(for turns: Int) {
            for turn in 0..<turns {
                meeting.narrow[0].standing = turn % 2 == 0 ? .milliseconds(Int.random(in: 100...600, using: &random)) : .zero
                meeting.run(for: .milliseconds(Int.random(in: 200...900, using: &random)))
            }
        }
        rush(for: 40)
        let before = watchers[0].shown.filter(\.value.isVideo).mapValues(\.numbers.count)
        #expect(before.count == 5)
        rush(for: 10)
        for (source, count) in before { #expect((watchers[0].shown[source]?.numbers.count ?? 0) > count + 60) }
    }

    /// Somebody else fills the way for good: what is left of it is used, and not less and less.
    @Test func aQueueOfSomebodyElseIsNotWaitedForForEver() throws {
        let (meeting, watchers) = try meeting(of: 1, [NarrowLine(bitsPerSecond: 20_000_000)])
        meeting.run(for: .seconds(6))
        meeting.narrow[0].standing = .milliseconds(150)
        meeting.run(for: .seconds(20))
        let after = measure(meeting, watchers[0], for: .seconds(2))
        #expect(after.rate > 2_000_000)
    }
}
