import Testing

@testable import Media

/// Pages ask for 24 slots, most of which stay empty.
@Suite struct EmptySlotTests {
    private func slots(_ meeting: Meeting, of id: UInt64) -> [Slot] {
        meeting.engine.rooms[Meeting.room]?.members.first { $0.id == MediaPeerID(id) }?.subscriber.slots ?? []
    }

    @Test("A slot that nobody fills remembers nothing, and goes on where it was when somebody does again")
    func anEmptySlotHoldsNothing() throws {
        let meeting = try Meeting()
        let ana = try meeting.join(1, sounds: 4, pictures: 4)
        try meeting.join(2)
        meeting.everybodyWatchesAll()
        meeting.run(for: .seconds(4))
        let slots = slots(meeting, of: 1)
        func begun() -> Int { slots.count(where: \.hasBegun) }
        func remembering() -> Int { slots.count(where: \.remembers) }
        #expect(slots.count == 8 && begun() == 2 && remembering() == 1)
        let picture = try #require(ana.shown.first { $0.value.isVideo })
        meeting.engine.watch(Meeting.room, ana.id, [], at: .at(meeting.elapsed))
        #expect(remembering() == 0)
        meeting.run(for: .seconds(1))
        meeting.everybodyWatchesAll()
        meeting.run(for: .seconds(4))
        let after = try #require(ana.shown[picture.key])
        #expect(after.isUnbroken && after.numbers.count > picture.value.numbers.count + 50)
        #expect(remembering() == 1 && begun() == 2)
    }
}
