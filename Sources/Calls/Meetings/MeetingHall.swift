import Media
import Vocabulary
import Web

/// All meetings that are going on, on this node. **It keeps them in memory alone**: after a restart the pages come back by themselves, and
/// the database knows who had been let in.
actor MeetingHall {
    /// How long somebody whose live link is down keeps their place: time for a reload, a tunnel, another network.
    static let grace: Duration = .seconds(30)
    /// What a page receives: everybody's sound up to the loudest eight, and a page of pictures.
    static let (sounds, pictures) = (8, 16)

    let ground: Ground
    let media: MediaServer
    private(set) var gatherings: [ID<Meeting>: Gathering] = [:]
    private(set) var byRoom: [MediaRoomID: ID<Meeting>] = [:]
    /// Meetings that are over for good when nobody is there any more, and since when nobody is.
    private var passing: [ID<Meeting>: Timestamp] = [:]
    /// Locked meetings that everybody has left, and when.
    var emptied: [ID<Meeting>: Timestamp] = [:]
    /// Ways that are tried just now, by the page that does.
    var checks: [ID<LiveSender>: Check] = [:]
    /// Who did much of late, and what.
    var paces: [PersonID: Paces] = [:]
    /// How often the way was tried of late, by household (`LiveSender.household`).
    var householdChecks: [Int: Pace] = [:]

    init(_ ground: Ground, media: MediaServer) {
        self.ground = ground
        self.media = media
    }

    /// Changes a gathering and tells everybody who sees it. Nothing happens, and nil is returned, when there is none.
    func change<Result>(_ meeting: ID<Meeting>, _ body: (inout Gathering) throws -> Result) rethrows -> Result? {
        guard var gathering = gatherings[meeting] else { return nil }
        let before = MeetingPeople.Sight(gathering)
        let result = try body(&gathering)
        gatherings[meeting] = gathering
        if let news = MeetingPeople.Sight(gathering).news(since: before) { note(news, in: meeting) }
        return result
    }

    private func note(_ news: MeetingPeople.News, in meeting: ID<Meeting>) {
        if let news = gatherings[meeting]?.news.note(news), let gathering = gatherings[meeting] { tell(gathering, news) }
    }

    /// Tells who sees it, and then rests for a moment.
    private func tell(_ gathering: Gathering, _ news: MeetingPeople.News) {
        tellSelves(news.selves, in: gathering)
        let there = gathering.present.filter { $0.awaySince == nil }
        let hosts = there.filter { $0.role == .host }.map(\.connection)
        ground.live.send(MeetingPeople(gathering, forHost: true), toConnections: hosts)
        if news.isForEverybody {
            let others = there.filter { $0.role != .host }.map(\.connection)
            ground.live.send(MeetingPeople(gathering, forHost: false), toConnections: others)
        }
        Task {
            // The pace: what changes meanwhile is told once, afterwards. Not by
            // `ThrottledNews`, as what is told at once keeps its place among
            // what else this actor says to the same pages.
            try? await Task.sleep(for: gathering.pause)
            pauseIsOver(in: gathering.room)
        }
    }

    private func pauseIsOver(in room: MediaRoomID) {
        guard let meeting = byRoom[room], let news = gatherings[meeting]?.news.pauseIsOver(), let gathering = gatherings[meeting] else {
            return
        }
        tell(gathering, news)
    }

    /// Who sends this; their page must be the one that is in the meeting.
    func place(of sender: LiveSender, in gathering: Gathering) throws -> Int {
        guard let place = gathering.place(of: sender.person) else { throw Problem.notFound }
        guard gathering.present[place].connection == sender.connection else { throw Problem(.conflict, "problem.callElsewhere") }
        return place
    }

    func gathering(_ meeting: ID<Meeting>) throws -> Gathering {
        guard let gathering = gatherings[meeting] else { throw Problem.notFound }
        return gathering
    }
}

// MARK: - Coming and going

extension MeetingHall {
    /// The first has come, or waits at the door.
    private func begin(_ meeting: ID<Meeting>, isWebinar: Bool, isLocked: Bool) {
        guard gatherings[meeting] == nil else { return }
        let fresh = Gathering(meeting, isWebinar: isWebinar, isLocked: isLocked)
        gatherings[meeting] = fresh
        byRoom[fresh.room] = meeting
    }

    /// A page comes in, or back. Another page of the same person lets go.
    ///
    /// - Parameters:
    ///   - isWebinar: whether the meeting is one, if nobody else is there yet
    ///   - isLocked: and whether it was locked before a restart
    func enter(
        _ known: MeetingPerson, as name: String, isWebinar: Bool = false, isLocked: Bool = false, _ sender: LiveSender
    ) throws -> (one: Gathering.Attendance, hasMedia: Bool) {
        let meeting = known.meeting
        begin(meeting, isWebinar: isWebinar, isLocked: isLocked)
        let now = ground.clock.now
        var replaced: ID<LiveSender>?
        let entered = try change(meeting) { gathering in
            gathering.waiting.removeAll { $0.person == known.person }
            if let place = gathering.place(of: known.person) {
                let before = gathering.present[place]
                if before.connection != sender.connection, before.awaySince == nil { replaced = before.connection }
                gathering.present[place].connection = sender.connection
                gathering.present[place].awaySince = nil
                gathering.present[place].role = known.role
                return (gathering.present[place], before.hasMedia && replaced == nil)
            }
            gathering.forgetGone(before: now - Self.grace)
            guard gathering.hasPlace(for: known) else { throw Problem(.conflict, "problem.meetingFull") }
            let isMember = if case .member = sender.principal { true } else { false }
            gathering.add(
                .init(
                    person: known.person, seat: gathering.newSeat(), name: name, isMember: isMember, before: gathering.over,
                    connection: sender.connection, role: known.role, isCaptioner: false))
            return (gathering.present[gathering.present.count - 1], false)
        }
        if let replaced { ground.live.send(MeetingOver(meeting: meeting, reason: .elsewhere), toConnection: replaced) }
        guard let entered, let gathering = gatherings[meeting] else { throw Problem.notFound }
        // Who comes back has missed what was told meanwhile, and nobody waits for who they meet.
        tellSelves([entered.0.seat], in: gathering)
        ground.live.send(MeetingPeople(gathering, forHost: entered.0.role == .host), toConnection: sender.connection)
        return entered
    }

    /// Somebody waits to be let in.
    func wait(_ known: MeetingPerson, as name: String, isWebinar: Bool = false, _ sender: LiveSender) throws -> UInt64 {
        let meeting = known.meeting
        begin(meeting, isWebinar: isWebinar, isLocked: false)
        var replaced: ID<LiveSender>?
        let seat = try change(meeting) { gathering in
            if let place = gathering.waiting.firstIndex(where: { $0.person == known.person }) {
                let before = gathering.waiting[place].connection
                if before != sender.connection { replaced = before }
                gathering.waiting[place].connection = sender.connection
                return gathering.waiting[place].seat
            }
            let neighbours = gathering.waiting.count { $0.household == sender.household }
            guard gathering.waiting.count < Self.mostWaiting, neighbours < Self.mostWaitingOfHousehold else {
                throw Problem(.serviceUnavailable, "problem.lobbyFull", retryAfter: 10)
            }
            let seat = gathering.newSeat()
            gathering.waiting.append(
                .init(person: known.person, seat: seat, name: name, household: sender.household, connection: sender.connection))
            return seat
        }
        if let replaced { ground.live.send(MeetingOver(meeting: meeting, reason: .elsewhere), toConnection: replaced) }
        guard let seat else { throw Problem.notFound }
        return seat
    }

    /// - Parameter mayReturn: whether only the page goes, which may be loaded again.
    func leave(_ meeting: ID<Meeting>, _ sender: LiveSender, mayReturn: Bool = false) async throws {
        let gathering = try gathering(meeting)
        if gathering.waiting.contains(where: { $0.connection == sender.connection }) {
            change(meeting) { $0.waiting.removeAll { $0.connection == sender.connection } }
        } else {
            await drop(try place(of: sender, in: gathering), from: gathering, mayReturn: mayReturn)
        }
        await closeIfEmpty(meeting)
    }

    /// A live link is down. Media go on for a while: the network may just be changing.
    func closed(_ connection: ID<LiveSender>) async {
        let now = ground.clock.now
        await endCheck(of: connection)
        for (meeting, gathering) in gatherings where gathering.knows(connection) {
            change(meeting) { gathering in
                gathering.waiting.removeAll { $0.connection == connection }
                guard let place = gathering.present.firstIndex(where: { $0.connection == connection }) else { return }
                gathering.present[place].awaySince = now
            }
            await closeIfEmpty(meeting)
        }
    }

    /// Those go who have been away for too long.
    func keep() async {
        let now = ground.clock.now
        await endOldChecks(at: now)
        forgetPaces(at: now)
        for gathering in gatherings.values {
            change(gathering.meeting) { $0.forgetGone(before: now - Self.grace) }
            for seat in gathering.present.map(\.seat) {
                // Looked up anew for each: who was away may have come back while another was seen out.
                guard let current = gatherings[gathering.meeting], current.room == gathering.room, let place = current.place(at: seat),
                    let since = current.present[place].awaySince, since + Self.grace <= now
                else { continue }
                await drop(place, from: current)
            }
            await findHost(for: gathering.meeting)
            await closeIfEmpty(gathering.meeting)
        }
        await unlockEmptied(at: now)
        await endPassed(at: now)
    }

    func drop(_ place: Int, from gathering: Gathering, mayReturn: Bool = false) async {
        let gone = gathering.present[place]
        change(gathering.meeting) { gathering in
            gathering.remove(gone, at: ground.clock.now, mayReturn: mayReturn)
            if gone.role == .host { gathering.seeksHost = true }
        }
        if gone.hasMedia { try? await media.leave(gathering.room, gone.peer) }
        await findHost(for: gathering.meeting)
    }

    /// When the last host has gone, others may wait at the door: somebody
    /// who is there is host from now on, also after a restart. Who was it
    /// before is host again when they come back. **Nobody is made host while a host only loads their page again.**
    func findHost(for meeting: ID<Meeting>) async {
        guard let gathering = gatherings[meeting], gathering.seeksHost, !gathering.hostMayReturn else { return }
        change(meeting) { $0.seeksHost = false }
        guard let next = gathering.nextHost else { return }
        do {
            guard try await ground.database.write({ try $0.give(.host, to: next.person, in: meeting) }) else { return }
            try await settle(meeting)
        } catch {
            // Nobody is let in until a host comes back; everything else goes on.
            return ground.logger.error("no host could be found for a meeting", metadata: ["error": "\(error)"])
        }
    }

    /// The meeting ends for good when everybody has gone: nobody made it to come back to. A page that is loaded again has time to.
    func pass(_ meeting: ID<Meeting>) {
        passing[meeting] = ground.clock.now
    }

    private func endPassed(at now: Timestamp) async {
        for (meeting, since) in passing {
            if gatherings[meeting] != nil {
                passing[meeting] = now
            } else if since + Self.grace <= now {
                passing[meeting] = nil
                do {
                    try await ground.database.write { transaction in
                        if let known = try transaction.meeting(meeting) { try transaction.end(known) }
                    }
                } catch {
                    // Its link expires within the hour, and it is forgotten a day later.
                    ground.logger.error("a group call could not be ended", metadata: ["error": "\(error)"])
                }
            }
        }
    }

    func closeIfEmpty(_ meeting: ID<Meeting>) async {
        guard let gathering = gatherings[meeting], gathering.isEmpty else { return }
        await forget(gathering)
    }

    private func forget(_ gathering: Gathering) async {
        gatherings[gathering.meeting] = nil
        byRoom[gathering.room] = nil
        if gathering.isLocked { emptied[gathering.meeting] = ground.clock.now }
        if gathering.isOpen { try? await media.close(gathering.room) }
    }

    /// The meeting is over, for all.
    func end(_ meeting: ID<Meeting>, _ reason: MeetingOver.Reason = .ended) async {
        guard let gathering = gatherings[meeting] else { return }
        let everybody = gathering.present.map(\.connection) + gathering.waiting.map(\.connection)
        for one in everybody { ground.live.send(MeetingOver(meeting: meeting, reason: reason), toConnection: one) }
        await forget(gathering)
    }
}
