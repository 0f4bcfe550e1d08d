import Testing

@testable import Media

/// What is heard with a shared screen, beside the voices.
@Suite struct ScreenSoundTests {
    private func meeting(of count: UInt64, sounds: Int, films: ClosedRange<UInt64>) throws -> Meeting {
        let meeting = try Meeting()
        for id in 1...count { try meeting.join(id, sounds: sounds, hasScreen: true) }
        for person in meeting.people where films.contains(person.id.number) { person.playsFilm = true }
        return meeting
    }

    private func heard(by person: Participant) -> Set<UInt8> {
        Set(person.shown.values.filter { !$0.isVideo }.flatMap(\.authors))
    }

    @Test func aScreenIsHeardByAllWhoSeeItWhileItSounds() throws {
        let meeting = try meeting(of: 3, sounds: 4, films: 1...1)
        let film = Participant.film(of: 1)
        meeting.run(for: .seconds(2))
        #expect(meeting.people.allSatisfy { !heard(by: $0).contains(film) }, "nothing sounds before it is said to be there")
        meeting.engine.silence(Meeting.room, MediaPeerID(1), .screenSound, false)
        // A host takes the word: that is of the microphone.
        meeting.engine.silence(Meeting.room, MediaPeerID(1), .microphone, true)
        meeting.run(for: .seconds(2))
        #expect(meeting.people.map { heard(by: $0).contains(film) } == [false, true, true])
        let slots = meeting.engine.rooms[Meeting.room]?.member(MediaPeerID(2))?.subscriber.slots ?? []
        #expect(slots.compactMap { $0.publication?.name }.filter { $0 == .screenSound }.count == 1)
        let speakers = meeting.events.contains { if case .speakers(_, let peers) = $0 { !peers.isEmpty } else { false } }
        #expect(!speakers, "a film is nobody who speaks")
        meeting.engine.silence(Meeting.room, MediaPeerID(1), .screenSound, true)
        let left = meeting.engine.rooms[Meeting.room]?.member(MediaPeerID(2))?.subscriber.slots ?? []
        #expect(!left.contains { $0.publication?.name == .screenSound }, "its slot is there for a voice again")
    }

    @Test func screensLeaveHalfOfTheSlotsToVoices() throws {
        let meeting = try meeting(of: 4, sounds: 2, films: 1...3)
        for id in 1...3 as ClosedRange<UInt64> { meeting.engine.silence(Meeting.room, MediaPeerID(id), .screenSound, false) }
        meeting.people[2].isSpeaking = true
        meeting.run(for: .seconds(3))
        for member in meeting.engine.rooms[Meeting.room]?.members ?? [] where member.id.number != 3 {
            let names = member.subscriber.slots.compactMap { $0.publication?.name }.filter { !$0.isVideo }
            #expect(Set(names) == [.microphone, .screenSound], "\(names)")
            #expect(member.subscriber.slots.contains { $0.owner == MediaPeerID(3) && $0.publication?.name == .microphone })
        }
    }
}
