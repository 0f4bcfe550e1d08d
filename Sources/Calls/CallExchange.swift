import Accounts
import Foundation
import Storage
import Vocabulary
import Web

/// Carries a call's signals between its two pages, and keeps its state where a restart cannot lose it.
///
/// **Every step is committed before anybody hears of it.** What a page misses while its link is down it learns when it joins again.
package struct CallExchange: Sendable {
    let ground: Ground
    let parties: CallParties
    let relay: Relay?
    let upgrades: CallUpgrades
    let routes: SignalRoutes

    init(ground: Ground, parties: CallParties, relay: Relay?, upgrades: CallUpgrades) {
        self.ground = ground
        self.parties = parties
        self.relay = relay
        self.upgrades = upgrades
        routes = SignalRoutes(on: ground.bus)
    }

    // MARK: - Ringing

    /// Rings every device of the callee.
    func ring(_ command: LiveCommand) async throws -> Joined {
        let wish = try command.decode(RingWish.self)
        let caller = command.sender.person
        guard try await ground.database.read({ try $0.areContacts(caller, wish.callee) }) else {
            throw Problem(.forbidden, "problem.callNotContact")
        }
        let relayOnly = try await parties.wantsRelay(caller, wish.callee) || wish.relayOnly
        let call = Call(id: wish.call, caller: caller, callee: wish.callee, link: nil, state: .ringing, rungAt: ground.clock.now)
        try await begin(call, relayOnly: relayOnly)
        return try await join(call.id, as: command.sender, device: nil)
    }

    /// Adds the call and rings, unless it is there already or the callee wants quiet.
    func begin(_ call: Call, relayOnly: Bool) async throws {
        let missed = try await missedNotice(of: call)
        let busy = await parties.isBusy(call.callee)
        let outcome = try await ground.database.write { transaction -> BeginOutcome in
            if let known = try transaction.call(call.id) {
                guard known.caller == call.caller, known.callee == call.callee else { throw Problem.notFound }
                return .known
            }
            guard try transaction.openCalls(of: call.caller).filter({ $0.caller == call.caller && !$0.isOver }).count < 3 else {
                throw Problem(.conflict, "problem.callAlreadyRinging")
            }
            // One call may wait beside the one that is going on; a third one hears "busy".
            let isBusy = try busy || transaction.openCalls(of: call.callee).count >= 2
            _ = try transaction.add(call, relayOnly: relayOnly)
            guard isBusy else { return .ringing }
            try transaction.end(call.id, .busy, at: call.rungAt)
            try ground.streams.append(missed, in: transaction)
            return .busy
        }
        switch outcome {
        case .known: break
        case .ringing: await announce(call)
        case .busy:
            ground.live.wake(missed.stream)
            tellEnded(call, .busy, at: call.rungAt)
        }
    }

    private enum BeginOutcome: Sendable { case known, ringing, busy }

    /// Tells every device of the callee that it rings. Also for a device that has just come online.
    func announce(_ call: Call, toConnection connection: ID<LiveSender>? = nil) async {
        guard let caller = try? await parties.face(of: call.caller, in: call, seenBy: call.callee) else { return }
        let event = Ringing(call: call.id, from: caller, isQuiet: call.state == .waiting, at: call.rungAt)
        if let connection {
            ground.live.send(event, toConnection: connection)
        } else {
            ground.live.send(event, to: [call.callee])
        }
    }

    // MARK: - Answering and ending

    func accept(_ command: LiveCommand) async throws {
        let wish = try command.decode(AcceptWish.self)
        try await step(.accept(by: command.sender.person), in: wish.call, by: command.sender, device: wish.device)
    }

    func decline(_ command: LiveCommand) async throws {
        let wish = try command.decode(CallWish.self)
        try await step(.decline(by: command.sender.person), in: wish.call, by: command.sender)
    }

    func hangUp(_ command: LiveCommand) async throws {
        let wish = try command.decode(CallWish.self)
        try await step(.hangUp(by: command.sender.person), in: wish.call, by: command.sender)
    }

    /// Takes the step for somebody. A step that came too late is not an error: the answer is the call as it is.
    private func step(_ step: CallStep, in id: ID<Call>, by sender: LiveSender, device: String? = nil) async throws {
        guard let call = try await ground.database.read({ try $0.call(id) }), call.other(than: sender.person) != nil else {
            throw Problem.notFound
        }
        try await take(step, in: call, device: device)
    }

    /// Takes a step and tells both sides, and the notices, what came of it.
    func take(_ step: CallStep, in call: Call, device: String? = nil) async throws {
        let now = ground.clock.now
        let missed = try await missedNotice(of: call)
        let taken = try await ground.database.write { transaction -> (call: Call, changed: Bool)? in
            let taken = try transaction.take(step, in: call.id, at: now)
            if let taken, taken.changed, taken.call.wasMissed { try ground.streams.append(missed, in: transaction) }
            return taken
        }
        guard let taken else { return }
        // Also for a step that was taken before: the node that took it may have ended before it could tell.
        if taken.call.wasMissed { ground.live.wake(missed.stream) }
        guard taken.changed else { return }
        routes.forget(call.id)
        switch taken.call.state {
        case .active:
            ground.live.send(Accepted(call: call.id), to: [call.caller])
            ground.live.send(Answered(call: call.id, device: device ?? ""), to: [call.callee])
        case .ended(let reason, let at):
            tellEnded(call, reason, at: at)
            await upgrades.callEnded(call.id, reason)
        case .waiting, .ringing: break
        }
    }

    private func tellEnded(_ call: Call, _ reason: EndReason, at time: Timestamp) {
        ground.live.send(Ended(call: call.id, reason: reason, at: time), to: [call.caller, call.callee])
    }

    private func missedNotice(of call: Call) async throws -> PreparedEvent {
        let name = try await parties.guestName(of: call.caller, in: call)
        return try await ground.streams.prepare(
            "call.missed", MissedCall(call: call.id, person: call.caller, guest: name), in: StreamID("notices", of: call.callee),
            for: call.callee)
    }

    // MARK: - Joining

    /// A participant's page has loaded, or its link is back.
    func join(_ command: LiveCommand) async throws -> Joined {
        let wish = try command.decode(JoinWish.self)
        return try await join(wish.call, as: command.sender, device: wish.device)
    }

    private func join(_ id: ID<Call>, as sender: LiveSender, device: String?) async throws -> Joined {
        let now = ground.clock.now
        let (call, relayOnly, sides, replaced) = try await ground.database.write { transaction in
            guard let call = try transaction.call(id), call.other(than: sender.person) != nil else { throw Problem.notFound }
            var replaced: ID<LiveSender>?
            if let device, !call.isOver {
                let side = CallSide(person: sender.person, device: device, connection: sender.connection, isPresent: true, changedAt: now)
                replaced = try transaction.join(side, to: id)
            }
            return (call, try transaction.relayOnly(id), try transaction.sides(of: id), replaced)
        }
        routes.forget(id)
        guard let other = call.other(than: sender.person) else { throw Problem.notFound }
        // The page that was in the call before lets go of its camera.
        if let replaced { ground.live.send(Ended(call: id, reason: nil, at: now), toConnection: replaced) }
        if device != nil, let peer = sides[other], peer.isPresent {
            ground.live.send(PeerPresence(call: id, present: true), toConnection: peer.connection)
        }
        return Joined(
            call: call, role: sender.person == call.caller ? "caller" : "callee",
            peer: try await parties.face(of: other, in: call, seenBy: sender.person),
            iceServers: relay.map { [$0.server(at: now)] } ?? [], relayOnly: relayOnly, peerPresent: sides[other]?.isPresent ?? false,
            meeting: await upgrades.meeting(of: id))
    }

    // MARK: - Signals

    /// Largest signal: a session description with every codec is about 8 kB.
    static let signalLimit = 48 * 1024

    /// Hands a signal to the other side's page, unread.
    func signal(_ command: LiveCommand) async throws {
        guard command.members.bytes.count <= Self.signalLimit else { throw Problem.tooLarge }
        guard let call = command.members["call"]?.plainString.flatMap(ID<Call>.init), let signal = command.members["signal"] else {
            throw Problem.malformed
        }
        let peer = try await routes.peer(of: command.sender.connection, in: call) { try await lookUpPeer(of: command.sender, in: call) }
        guard let peer else { return }
        ground.live.send(json: Signal(call: call, signal: signal).json, toConnection: peer)
    }

    /// The connection of the other side's page; nil while it is away.
    private func lookUpPeer(of sender: LiveSender, in id: ID<Call>) async throws -> ID<LiveSender>? {
        let (call, sides) = try await ground.database.read { transaction in
            (try transaction.call(id), try transaction.sides(of: id))
        }
        guard let call, let other = call.other(than: sender.person) else { throw Problem.notFound }
        guard case .active = call.state else { throw Problem(.conflict, "problem.callNotActive") }
        guard sides[sender.person]?.connection == sender.connection else { throw Problem(.conflict, "problem.callElsewhere") }
        return sides[other].flatMap { $0.isPresent ? $0.connection : nil }
    }

    // MARK: - Links that come and go

    /// A link is up: whatever rings for this person rings here too, also after a restart of the server.
    func opened(_ sender: LiveSender) async {
        guard let calls = try? await ground.database.read({ try $0.openCalls(of: sender.person) }) else { return }
        for call in calls where call.callee == sender.person && (call.state == .ringing || call.state == .waiting) {
            await announce(call, toConnection: sender.connection)
        }
    }

    /// A link is down: the other side hears of it.
    func closed(_ connection: ID<LiveSender>, of person: PersonID) async {
        let now = ground.clock.now
        let left = try? await ground.database.write { transaction in
            try transaction.leave(connection, at: now).map { id -> (call: ID<Call>, peer: CallSide?) in
                (id, try transaction.sides(of: id).values.first { $0.person != person && $0.isPresent })
            }
        }
        for (call, peer) in left ?? [] {
            routes.forget(call)
            if let peer { ground.live.send(PeerPresence(call: call, present: false), toConnection: peer.connection) }
        }
    }
}

extension Call {
    /// Whether the callee should be told that a call was missed.
    var wasMissed: Bool {
        guard case .ended(let reason, _) = state else { return false }
        return reason == .missed || reason == .cancelled || reason == .busy
    }
}
