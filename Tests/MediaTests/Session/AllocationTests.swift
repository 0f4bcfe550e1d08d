import CAllocations
import Testing

@testable import Media

/// **Forwarding a packet costs no memory**: what is sent to hundreds stands in buffers that are used again and again.
@Suite struct AllocationTests {
    /// How often memory is asked for with each packet that came, and with each that went.
    struct Threshold: CustomTestStringConvertible {
        let hasPictures: Bool
        let came: Double
        let went: Double

        var testDescription: String { hasPictures ? "pictures" : "sound" }
    }

    /// **Never raised.** In what is built for use nothing is asked for; as tests are built the compiler leaves copies of its own, always
    /// the same. Whoever brings them down writes the lower ones here.
    private static let thresholds: [Threshold] = {
        #if DEBUG
            [Threshold(hasPictures: false, came: 13, went: 6), Threshold(hasPictures: true, came: 15.75, went: 6.75)]
        #else
            [Threshold(hasPictures: false, came: 0, went: 0), Threshold(hasPictures: true, came: 0, went: 0)]
        #endif
    }()

    @Test(arguments: thresholds) func forwardingAllocatesNoMoreThanItDid(threshold: Threshold) throws {
        let hasPictures = threshold.hasPictures
        let few = try Self.allocations(listeners: 2, hasPictures)
        let many = try Self.allocations(listeners: 12, hasPictures)
        let each = (many - few) / 10
        let once = few - 2 * each
        #expect(each <= threshold.went && once <= threshold.came, "\(once) for each that came, \(each) for each that went")
    }

    /// How often memory is asked for with each packet of somebody to whom so many listen.
    private static func allocations(listeners: Int, _ hasPictures: Bool) throws -> Double {
        let meeting = try Meeting()
        let ana = try meeting.join(1, sounds: 0, pictures: 0)
        ana.sendsPictures = hasPictures
        for id in 0..<UInt64(listeners) {
            let person = try meeting.join(2 + id, sounds: 1, pictures: 1)
            person.isQuiet = true
            meeting.engine.watch(Meeting.room, person.id, [PictureWish(MediaPeerID(1), .camera)], at: .at(.zero))
        }
        meeting.run(for: .seconds(3))
        var (packets, asked) = (0, 0)
        for millisecond in 1...400 {
            let now = meeting.elapsed + .milliseconds(millisecond)
            ana.tick(now)
            let waiting = ana.publishing.waiting
            ana.publishing.waiting = []
            for datagram in waiting where Datagram(datagram.span.bytes) == .rtp {
                var bytes = datagram
                var span = bytes.mutableSpan
                var raw = span.mutableBytes
                let before = allocations_of_this_thread()
                meeting.engine.receive(&raw, on: ana.publishing.path, at: .at(now))
                asked += Int(allocations_of_this_thread() - before)
                packets += 1
                #expect(meeting.engine.outgoing.count <= listeners)
                meeting.engine.outgoing.removeAll()
            }
        }
        #expect(packets >= 20)
        return Double(asked) / Double(packets)
    }
}
