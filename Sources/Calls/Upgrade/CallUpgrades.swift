import Accounts
import Storage
import Vocabulary
import Web

/// The calls that are becoming group calls. **They are known in memory alone**: meetings are held on one node, and after a restart
/// a call between two goes on as it was.
actor CallUpgrades {
    let ground: Ground
    let parties: CallParties
    let people: People
    let hall: MeetingHall
    private var upgrades: [ID<Call>: CallUpgrade] = [:]
    /// Where calls went that became group calls just now, for a page that is loaded in between.
    private var moved: [ID<Call>: (meeting: ID<Meeting>, at: Timestamp)] = [:]
    /// Meetings that nobody moved to after all, for the page of the contact that is on its way there.
    private var deserted: [ID<Meeting>: (added: PersonID, end: CallUpgradeEnd, at: Timestamp)] = [:]

    init(_ ground: Ground, parties: CallParties, people: People, hall: MeetingHall) {
        (self.ground, self.parties, self.people, self.hall) = (ground, parties, people, hall)
    }

    /// Where a call went that became a group call just now.
    func meeting(of call: ID<Call>) -> ID<Meeting>? { moved[call]?.meeting }

    /// Why the contact who was added finds nobody in the meeting that a call was to become. Nil for everybody else, and after a while.
    func problem(of meeting: ID<Meeting>, for person: PersonID) -> Problem? {
        guard let deserted = deserted[meeting], deserted.added == person else { return nil }
        return deserted.end.problemThere
    }

    // MARK: - Asking

    /// Whom this person may add to the call they are in.
    func contacts(of call: ID<Call>, for sender: LiveSender) async throws -> AddableContacts {
        let (_, other) = try await inside(call, sender)
        let all = try await ground.database.read { try $0.contacts(of: sender.person).map(\.person) }
        // Whoever the other one has blocked is among them: a gap would tell.
        let shown = Array(all.filter { $0 != other }.prefix(CallUpgrade.mostContacts))
        let cards = try await people.cards(of: shown, seenBy: sender.person)
        let presence = await ground.live.presence(of: shown)
        return AddableContacts(
            contacts: shown.map { person in
                AddableContacts.Contact(
                    person: person, name: cards[person]?.name, hue: Face.hue(person), picture: cards[person]?.pictureURL,
                    presence: presence[person]?.rawValue)
            })
    }

    /// One of the two wants to add a contact: the other is asked.
    func ask(_ wish: AddWish, by sender: LiveSender) async throws {
        let (call, other) = try await inside(wish.call, sender)
        try await ground.database.read { try $0.checkAddable(wish.person, to: call, by: sender.person) }
        guard upgrades[call.id] == nil else { throw Problem(.conflict, "problem.callAddsAlready") }
        let upgrade = CallUpgrade(of: call.id, asker: sender.person, other: other, adding: wish.person, at: ground.clock.now)
        upgrades[call.id] = upgrade
        await tell(upgrade)
    }

    /// The other one says whether they agree. An answer that comes too late is no error.
    func answer(_ answer: AddAnswer, by sender: LiveSender) async throws {
        _ = try await inside(answer.call, sender)
        guard var upgrade = upgrades[answer.call] else { return }
        guard answer.agrees else {
            if upgrade.other == sender.person, upgrade.stage == .asking { await end(answer.call, .refused) }
            return
        }
        let (added, other) = (upgrade.added, upgrade.other)
        let isSilent = try await ground.database.read { try $0.keepApart(added, other) }
        guard upgrade.agree(by: sender.person, silently: isSilent, at: ground.clock.now) else { return }
        // It may have been answered meanwhile.
        guard upgrades[answer.call]?.stage == .asking else { return }
        upgrades[answer.call] = upgrade
        guard !isSilent else { return await tell(upgrade) }
        if try await isBusy(upgrade.added, besides: upgrade.call) { return await end(answer.call, .busy) }
        // It may have been taken back meanwhile.
        guard upgrades[answer.call] == upgrade else { return }
        await tell(upgrade)
        await ring(upgrade)
    }

    /// One of the two takes it back, or cannot get into the meeting.
    func cancel(_ wish: AddCancel, by sender: LiveSender) async throws {
        guard let upgrade = upgrades[wish.call], [upgrade.asker, upgrade.other].contains(sender.person) else { return }
        await end(wish.call, wish.reason == .failed ? .failed : .cancelled)
    }

    // MARK: - Answering

    /// Whether this person is being added to the call. **Nobody else may answer it.**
    private func isAdded(_ person: PersonID, to call: ID<Call>) -> CallUpgrade? {
        guard let upgrade = upgrades[call], upgrade.added == person, upgrade.stage != .asking, !upgrade.isSilent else {
            return nil
        }
        return upgrade
    }

    /// The contact answers: the meeting is there from now on. Nil when they are not being added, and it is a call's business.
    func accept(_ wish: AcceptWish, by sender: LiveSender) async throws -> AddedTo? {
        guard var upgrade = isAdded(sender.person, to: wish.call) else { return nil }
        if case .moving(let meeting, _) = upgrade.stage { return AddedTo(meeting: meeting) }
        let meeting = try await openMeeting(for: upgrade)
        // It may have been taken back meanwhile.
        guard upgrades[wish.call] == upgrade else {
            if case .moving(let other, _)? = upgrades[wish.call]?.stage { return AddedTo(meeting: other) }
            await close(meeting)
            throw Problem(.conflict, "problem.callNotActive")
        }
        upgrade.move(to: meeting.id, at: ground.clock.now)
        upgrades[wish.call] = upgrade
        await hall.pass(meeting.id)
        ground.live.send(Answered(call: wish.call, device: wish.device), to: [upgrade.added])
        await tell(upgrade)
        return AddedTo(meeting: meeting.id)
    }

    /// The contact declines. False when they are not being added.
    func decline(_ wish: CallWish, by sender: LiveSender) async -> Bool {
        guard let upgrade = isAdded(sender.person, to: wish.call) else { return false }
        if upgrade.stage == .ringing { await end(wish.call, .declined) }
        return true
    }

    /// One of the two hears the other in the meeting. True when both do: the call between two has done its work.
    func hear(_ wish: CallWish, by sender: LiveSender) async throws -> Bool {
        _ = try await inside(wish.call, sender)
        return upgrades[wish.call]?.hear(by: sender.person) ?? false
    }

    // MARK: - Ending

    /// The call is over, as it has become a group call or for another reason.
    func callEnded(_ call: ID<Call>, _ reason: EndReason) async {
        guard reason == .upgraded, case .moving(let meeting, _)? = upgrades[call]?.stage else { return await end(call, .ended) }
        upgrades[call] = nil
        moved[call] = (meeting, ground.clock.now)
    }

    /// Nobody is added. The call between two goes on.
    private func end(_ call: ID<Call>, _ reason: CallUpgradeEnd) async {
        guard let upgrade = upgrades.removeValue(forKey: call) else { return }
        switch upgrade.stage {
        case .asking: break
        case .ringing: await stopRinging(upgrade, reason)
        case .moving(let meeting, _):
            deserted[meeting] = (upgrade.added, reason, ground.clock.now)
            if let meeting = try? await ground.database.read({ try $0.meeting(meeting) }) { await close(meeting, reason.overThere) }
        }
        for (person, connection) in await connections(of: upgrade) {
            guard let who = try? await face(of: upgrade, seenBy: person) else { continue }
            ground.live.send(
                CallNotAdded(call: call, reason: reason, isOwn: person == upgrade.asker, who: who), toConnection: connection)
        }
    }

    /// What time ends.
    func keep() async {
        let now = ground.clock.now
        for upgrade in upgrades.values {
            if let reason = upgrade.end(at: now) { await end(upgrade.call, reason) }
        }
        moved = moved.filter { now < $0.value.at + Call.grace }
        deserted = deserted.filter { now < $0.value.at + Call.grace }
    }

    // MARK: - Telling

    /// A page of the call was loaded again, or its link is back: it hears where things stand.
    func remind(_ call: ID<Call>, _ sender: LiveSender) async {
        guard let upgrade = upgrades[call], [upgrade.asker, upgrade.other].contains(sender.person) else { return }
        await tell(upgrade, sender.person, sender.connection)
    }

    /// A device of somebody who is rung has come online.
    func opened(_ sender: LiveSender) async {
        for upgrade in upgrades.values where upgrade.added == sender.person && upgrade.stage == .ringing && !upgrade.isSilent {
            await ring(upgrade, toConnection: sender.connection)
        }
    }

    private func tell(_ upgrade: CallUpgrade) async {
        for (person, connection) in await connections(of: upgrade) { await tell(upgrade, person, connection) }
    }

    private func tell(_ upgrade: CallUpgrade, _ person: PersonID, _ connection: ID<LiveSender>) async {
        guard let who = try? await face(of: upgrade, seenBy: person) else { return }
        let (stage, meeting): (String, ID<Meeting>?) =
            switch upgrade.stage {
            case .asking: ("asking", nil)
            case .ringing: ("ringing", nil)
            case .moving(let meeting, _): ("moving", meeting)
            }
        ground.live.send(
            CallAdding(call: upgrade.call, stage: stage, isOwn: person == upgrade.asker, who: who, meeting: meeting),
            toConnection: connection)
    }

    private func ring(_ upgrade: CallUpgrade, toConnection connection: ID<LiveSender>? = nil) async {
        guard let from = try? await face(of: upgrade.asker, seenBy: upgrade.added),
            let with = try? await face(of: upgrade.other, seenBy: upgrade.added)
        else { return }
        // It may have stopped meanwhile.
        guard upgrades[upgrade.call] == upgrade else { return }
        let event = Ringing(call: upgrade.call, from: from, isQuiet: false, with: with, at: upgrade.since)
        if let connection {
            ground.live.send(event, toConnection: connection)
        } else {
            ground.live.send(event, to: [upgrade.added])
        }
    }

    /// Every device of the contact stops; who missed it is told, as with a call.
    private func stopRinging(_ upgrade: CallUpgrade, _ reason: CallUpgradeEnd) async {
        guard !upgrade.isSilent else { return }
        let told: EndReason = reason == .declined ? .declined : reason == .missed ? .missed : .cancelled
        // Whoever is busy was not rung.
        if reason != .busy { ground.live.send(Ended(call: upgrade.call, reason: told, at: ground.clock.now), to: [upgrade.added]) }
        guard reason != .declined else { return }
        do {
            let missed = try await ground.streams.prepare(
                "call.missed", MissedCall(call: upgrade.call, person: upgrade.asker, guest: nil),
                in: StreamID("notices", of: upgrade.added), for: upgrade.added)
            let streams = ground.streams
            try await ground.database.write { try streams.append(missed, in: $0) }
            ground.live.wake(missed.stream)
        } catch {
            ground.logger.error("a missed call could not be noted", metadata: ["error": "\(error)"])
        }
    }

    // MARK: - Who is who

    /// The call that goes on, and whom this page talks with in it. **Only the two pages that are in it may change what it becomes**,
    /// and nobody who came by a link: their call is with whoever made it.
    private func inside(_ id: ID<Call>, _ sender: LiveSender) async throws -> (call: Call, other: PersonID) {
        let (call, sides) = try await ground.database.read { (try $0.call(id), try $0.sides(of: id)) }
        guard let call, let other = call.other(than: sender.person) else { throw Problem.notFound }
        guard case .active = call.state else { throw Problem(.conflict, "problem.callNotActive") }
        guard sides[sender.person]?.connection == sender.connection else { throw Problem(.conflict, "problem.callElsewhere") }
        guard call.link == nil else { throw Problem(.forbidden, "problem.callOfGuest") }
        guard ground.holdsMeetings else { throw Problem(.conflict, "problem.meetingsOneNode") }
        return (call, other)
    }

    /// Whether somebody must not be rung: they want quiet, or something waits beside the call that they are in.
    private func isBusy(_ person: PersonID, besides call: ID<Call>) async throws -> Bool {
        if await parties.isBusy(person) { return true }
        if try await ground.database.read({ try $0.openCalls(of: person) }).count >= 2 { return true }
        return upgrades.values.contains { $0.added == person && $0.stage == .ringing && $0.call != call }
    }

    /// The pages that are in the call.
    private func connections(of upgrade: CallUpgrade) async -> [(PersonID, ID<LiveSender>)] {
        let sides = try? await ground.database.read { try $0.sides(of: upgrade.call) }
        return [upgrade.asker, upgrade.other].compactMap { person in
            sides?[person].flatMap { $0.isPresent ? (person, $0.connection) : nil }
        }
    }

    private func face(of upgrade: CallUpgrade, seenBy viewer: PersonID) async throws -> Caller {
        try await face(of: upgrade.added, seenBy: viewer)
    }

    private func face(of person: PersonID, seenBy viewer: PersonID) async throws -> Caller {
        let card = try await people.card(of: person, seenBy: viewer)
        return Caller(person: person, name: card?.name, hue: Face.hue(person), picture: card?.pictureURL)
    }
}

// MARK: - The meeting

extension CallUpgrades {
    /// Makes the meeting where all three meet: both of the call are its hosts, the contact comes in without waiting, and whoever else comes
    /// by its link waits at the door.
    private func openMeeting(for upgrade: CallUpgrade) async throws -> Meeting {
        let now = ground.clock.now
        let account = try await ground.database.read { try $0.account(of: upgrade.asker) }
        let name = ground.pages.text("meeting.groupCall", [:], in: account?.language ?? .english)
        let wish = MeetingWish(name: name, life: .hours(GuestLink.lifetimes[0]), hasLobby: true)
        let draft = try await MeetingDraft(wish, for: upgrade.asker, on: ground)
        try await ground.database.write { transaction in
            guard let call = try transaction.call(upgrade.call), case .active = call.state else {
                throw Problem(.conflict, "problem.callNotActive")
            }
            try transaction.checkAddable(upgrade.added, to: call, by: upgrade.asker)
            guard try !transaction.keepApart(upgrade.added, upgrade.other) else { throw Problem(.forbidden, "problem.callCannotAdd") }
            try transaction.add(draft, at: now)
            for (person, role) in [(upgrade.other, MeetingRole.host), (upgrade.added, .speaker)] {
                try transaction.add(
                    MeetingPerson(meeting: draft.meeting.id, person: person, role: role, state: .admitted, joinedAt: now))
            }
        }
        return draft.meeting
    }

    /// Nobody is to meet there.
    private func close(_ meeting: Meeting, _ reason: MeetingOver.Reason = .ended) async {
        do {
            try await ground.database.write { try $0.end(meeting) }
        } catch {
            // Its link expires within the hour.
            ground.logger.error("a meeting of a call could not be ended", metadata: ["error": "\(error)"])
        }
        await hall.end(meeting.id, reason)
    }
}

extension Transaction {
    /// Throws when this is no contact of the asker's, or is in the call already.
    fileprivate func checkAddable(_ person: PersonID, to call: Call, by asker: PersonID) throws {
        guard let other = call.other(than: asker), person != other, try areContacts(asker, person) else {
            throw Problem(.forbidden, "problem.callCannotAdd")
        }
    }
}
