import Vocabulary
import Web

/// What a host does.
extension MeetingHall {
    /// Whether a host is there.
    func hasHost(_ meeting: ID<Meeting>) -> Bool { gatherings[meeting]?.present.contains { $0.role == .host } ?? false }

    /// Whoever is meant in the lobby: one, or all.
    func waiting(_ seat: UInt64?, in meeting: ID<Meeting>, by host: LiveSender) throws -> [PersonID] {
        let gathering = try gathering(meeting)
        guard gathering.present[try place(of: host, in: gathering)].role == .host else { throw Problem.forbidden }
        return gathering.waiting.filter { seat == nil || $0.seat == seat }.map(\.person)
    }

    /// Who comes from now on waits at the door, or does not; that was written down before.
    func shut(_ isShut: Bool, in meeting: ID<Meeting>) {
        change(meeting) { $0.isShut = isShut }
    }

    /// Who was inside since the first one came.
    func comers(_ meeting: ID<Meeting>) -> Set<PersonID> { gatherings[meeting]?.comers ?? [] }

    /// Whether somebody waits already, and so may go on waiting when it is locked.
    func isWaiting(_ person: PersonID, for meeting: ID<Meeting>) -> Bool {
        gatherings[meeting]?.waiting.contains { $0.person == person } ?? false
    }

    /// A lock ends with those who are inside, so that nobody comes to a room that stays and finds it locked by whoever was there last week.
    /// A page that is loaded again has time to.
    func unlockEmptied(at now: Timestamp) async {
        for (meeting, since) in emptied where gatherings[meeting] != nil || since + Self.grace <= now {
            emptied[meeting] = nil
            guard gatherings[meeting] == nil else { continue }
            do {
                try await ground.database.write { try $0.lock(false, meeting, besides: []) }
                // Somebody may have come meanwhile.
                try await settle(meeting)
            } catch {
                // Whoever made it comes in in any case, and unlocks it.
                ground.logger.error("a meeting that everybody left could not be unlocked", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Tells those of whom it was written down that they are let in, or not.
    func decide(_ people: [PersonID], in meeting: ID<Meeting>, isAdmitted: Bool) async {
        let told = change(meeting) { gathering -> [ID<LiveSender>] in
            let told = gathering.waiting.filter { people.contains($0.person) }.map(\.connection)
            gathering.waiting.removeAll { people.contains($0.person) }
            return told
        }
        for connection in told ?? [] {
            if isAdmitted {
                ground.live.send(MeetingAdmitted(meeting: meeting), toConnection: connection)
            } else {
                ground.live.send(MeetingOver(meeting: meeting, reason: .refused), toConnection: connection)
            }
        }
        await closeIfEmpty(meeting)
    }

    /// Who sits there, if a host asks.
    func person(at seat: UInt64, in meeting: ID<Meeting>, by host: LiveSender) throws -> PersonID {
        let gathering = try gathering(meeting)
        let place = try place(of: host, in: gathering)
        guard gathering.present[place].role == .host else { throw Problem.forbidden }
        guard let found = gathering.place(at: seat), found != place else { throw Problem.notFound }
        return gathering.present[found].person
    }

    /// Takes the word. **Nobody is given it back from afar**: their own page does it.
    func mute(_ seat: UInt64, in meeting: ID<Meeting>, by host: LiveSender) async throws {
        _ = try person(at: seat, in: meeting, by: host)
        let muted = change(meeting) { gathering -> (Gathering, Gathering.Attendance)? in
            guard let place = gathering.place(at: seat) else { return nil }
            gathering.present[place].microphone = false
            gathering.present[place].isMuted = true
            gathering.present[place].mutes += 1
            return (gathering, gathering.present[place])
        }
        guard case let (gathering, one)?? = muted else { return }
        if one.hasMedia { try? await media.silence(gathering.room, one.peer, .microphone, true) }
        ground.live.send(MeetingMuted(meeting: meeting, mutes: one.mutes), toConnection: one.connection)
    }

    /// Asks somebody who may speak to switch their microphone on.
    func ask(_ seat: UInt64, in meeting: ID<Meeting>, by host: LiveSender) throws {
        _ = try person(at: seat, in: meeting, by: host)
        guard let gathering = gatherings[meeting], let place = gathering.place(at: seat) else { throw Problem.notFound }
        let one = gathering.present[place]
        guard one.role != .attendee, !one.microphone, one.awaySince == nil else { return }
        ground.live.send(MeetingAsked(meeting: meeting), toConnection: one.connection)
    }

    func remove(_ seat: UInt64, from meeting: ID<Meeting>) async {
        guard let gathering = gatherings[meeting], let place = gathering.place(at: seat) else { return }
        ground.live.send(MeetingOver(meeting: meeting, reason: .removed), toConnection: gathering.present[place].connection)
        await drop(place, from: gathering)
    }
}
