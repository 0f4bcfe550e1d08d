import Accounts
import Storage
import Vocabulary
package import Web

extension Calls {
    var meetingHandlers: [LiveHandler] {
        (everybodysHandlers + hostHandlers).map { handler in
            guard let weight = MeetingHall.weights[handler.type] else { return handler }
            return LiveHandler(handler.type, handler.access, isRemembered: handler.isRemembered) { command in
                try await hall.take(weight, by: command.sender.person)
                return try await handler.handle(command)
            }
        }
    }

    private var everybodysHandlers: [LiveHandler] {
        [
            LiveHandler("meeting.enter", .participants, isRemembered: false) { try await enterMeeting($0) },
            LiveHandler("meeting.publish", .participants, isRemembered: false) { command in
                let wish = try command.decode(MeetingPublishing.self)
                return try await hall.publish(wish.sdp, in: wish.meeting, command.sender)
            },
            LiveHandler("meeting.accept", .participants, isRemembered: false) { command in
                let wish = try command.decode(MeetingDescription.self)
                try await hall.accept(wish.sdp, in: wish.meeting, command.sender)
                return nil
            },
            LiveHandler("meeting.check", .participants, isRemembered: false) { command in
                let wish = try command.decode(MeetingDescription.self)
                try await admits(command.sender, to: wish.meeting)
                return try await hall.check(wish.sdp, in: wish.meeting, command.sender)
            },
            LiveHandler("meeting.checkAccept", .participants, isRemembered: false) { command in
                try await hall.acceptCheck(try command.decode(MeetingDescription.self).sdp, command.sender)
                return nil
            },
            LiveHandler("meeting.checkEnd", .participants, isRemembered: false) { command in
                await hall.endCheck(of: command.sender.connection)
                return nil
            },
            LiveHandler("meeting.view", .participants, isRemembered: false) { command in
                let wish = try command.decode(MeetingView.self)
                try await hall.view(wish.tiles, in: wish.meeting, command.sender)
                return nil
            },
            LiveHandler("meeting.tracks", .participants, isRemembered: false) { command in
                try await hall.tracks(try command.decode(MeetingTracks.self), command.sender)
                return nil
            },
            LiveHandler("meeting.hand", .participants, isRemembered: false) { command in
                let wish = try command.decode(MeetingHand.self)
                try await hall.raise(wish.isRaised, in: wish.meeting, command.sender)
                return nil
            },
            LiveHandler("meeting.say", .participants) { command in
                try await hall.say(try command.decode(MeetingSaying.self), command.sender)
                return nil
            },
            LiveHandler("meeting.react", .participants, isRemembered: false) { command in
                let wish = try command.decode(MeetingReacting.self)
                try await hall.react(wish.reaction, in: wish.meeting, command.sender)
                return nil
            },
            LiveHandler("meeting.poll", .participants) { command in
                try await hall.ask(try command.decode(MeetingAsking.self), command.sender)
                return nil
            },
            LiveHandler("meeting.pollAnswer", .participants, isRemembered: false) { command in
                try await hall.answer(try command.decode(MeetingAnswering.self), command.sender)
                return nil
            },
            LiveHandler("meeting.pollClose", .participants, isRemembered: false) { command in
                try await hall.closePoll(try command.decode(MeetingPollClosing.self), command.sender)
                return nil
            },
            LiveHandler("meeting.caption", .participants, isRemembered: false) { command in
                try await hall.caption(try command.decode(MeetingCaption.self), command.sender)
                return nil
            },
            LiveHandler("meeting.leave", .participants, isRemembered: false) { command in
                let wish = try command.decode(MeetingLeaving.self)
                try await hall.leave(wish.meeting, command.sender, mayReturn: wish.mayReturn ?? false)
                return nil
            },
        ]
    }

    private var hostHandlers: [LiveHandler] {
        [
            LiveHandler("meeting.admit", .participants) { command in
                try await decide(command, .admitted)
                return nil
            },
            LiveHandler("meeting.refuse", .participants) { command in
                try await decide(command, .refused)
                return nil
            },
            LiveHandler("meeting.door", .participants) { command in
                let wish = try command.decode(MeetingDoor.self)
                let meeting = try await meeting(wish.meeting, ruledBy: command.sender.person)
                try await ground.database.write { try $0.shut(wish.isShut, meeting.link) }
                await hall.shut(wish.isShut, in: meeting.id)
                return nil
            },
            LiveHandler("meeting.lock", .participants) { command in
                let wish = try command.decode(MeetingLock.self)
                try await lock(wish.isLocked, wish.meeting, by: command.sender.person)
                return nil
            },
            LiveHandler("meeting.webinar", .participants) { command in
                let wish = try command.decode(MeetingWebinar.self)
                try await setWebinar(wish.isWebinar, wish.meeting, by: command.sender.person)
                return nil
            },
            LiveHandler("meeting.mute", .participants) { command in
                let wish = try command.decode(MeetingSeat.self)
                guard let seat = wish.seat else { throw Problem.malformed }
                try await hall.mute(seat, in: wish.meeting, by: command.sender)
                return nil
            },
            LiveHandler("meeting.ask", .participants, isRemembered: false) { command in
                let wish = try command.decode(MeetingSeat.self)
                guard let seat = wish.seat else { throw Problem.malformed }
                try await hall.ask(seat, in: wish.meeting, by: command.sender)
                return nil
            },
            LiveHandler("meeting.captioner", .participants, isRemembered: false) { command in
                let wish = try command.decode(MeetingCaptioner.self)
                try await hall.appoint(wish.isCaptioner, wish.seat, in: wish.meeting, by: command.sender)
                return nil
            },
            LiveHandler("meeting.role", .participants) { command in
                let wish = try command.decode(MeetingRoleWish.self)
                let person = try await ruled(at: wish.seat, in: wish.meeting, by: command.sender)
                try await hall.checkStage(for: wish.role, at: wish.seat, in: wish.meeting)
                // Another host may have sent them out meanwhile.
                guard try await ground.database.write({ try $0.give(wish.role, to: person, in: wish.meeting) }) else {
                    throw Problem.notFound
                }
                try await hall.settle(wish.meeting)
                return nil
            },
            LiveHandler("meeting.remove", .participants) { command in
                let wish = try command.decode(MeetingSeat.self)
                guard let seat = wish.seat else { throw Problem.malformed }
                let person = try await ruled(at: seat, in: wish.meeting, by: command.sender)
                try await ground.database.write { try $0.sendOut(person, of: wish.meeting) }
                await hall.remove(seat, from: wish.meeting)
                return nil
            },
            LiveHandler("meeting.end", .participants) { command in
                try await end(try command.decode(MeetingWord.self).meeting, by: command.sender.person)
                return nil
            },
        ]
    }

    /// Who sits there, for a host who sends them out or gives them another role. **Who made the meeting is beyond other hosts.**
    private func ruled(at seat: UInt64, in id: ID<Meeting>, by host: LiveSender) async throws -> PersonID {
        let person = try await hall.person(at: seat, in: id, by: host)
        guard try await meeting(id, for: host.person).meeting.host != person else { throw Problem.forbidden }
        return person
    }

    private func enterMeeting(_ command: LiveCommand) async throws -> MeetingEntered {
        let wish = try command.decode(MeetingWord.self)
        guard holdsMeetings else { throw Problem(.conflict, "problem.meetingsOneNode") }
        let (meeting, known) = try await meeting(wish.meeting, for: command.sender.person)
        guard known.state != .refused else { throw Problem(.forbidden, "problem.meetingRefused") }
        let name = try await name(of: command.sender)
        let servers = relay.map { [$0.server(at: ground.clock.now)] } ?? []
        if known.state == .waiting {
            if meeting.isLocked, await !hall.isWaiting(known.person, for: meeting.id) { throw Problem.meetingLocked }
            let seat = try await hall.wait(known, as: name, isWebinar: meeting.isWebinar, command.sender)
            if try await !hall.agrees(with: self.meeting(meeting.id, for: known.person).meeting) { try await hall.settle(meeting.id) }
            if await !hall.hasHost(meeting.id) { try await callHost(of: meeting) }
            return MeetingEntered(
                state: "waiting", seat: seat, role: known.role, hasMedia: false, mutes: 0, isMuted: false, iceServers: servers, words: [],
                polls: [])
        }
        let (one, hasMedia) = try await hall.enter(
            known, as: name, isWebinar: meeting.isWebinar, isLocked: meeting.isLocked, command.sender)
        let seat = one.seat
        // A host may have ended it, sent somebody out, or locked it, just now.
        guard let now = try? await self.meeting(meeting.id, for: known.person), now.person.state == .admitted else {
            try? await hall.leave(meeting.id, command.sender)
            throw Problem.notFound
        }
        // What they may do may have been changed just now.
        let agrees = await hall.agrees(with: now.meeting)
        if now.person.role != one.role || !agrees { try await hall.settle(meeting.id) }
        let role = await hall.role(at: seat, in: meeting.id) ?? now.person.role
        if hasMedia { await hall.remind(seat, in: meeting.id) }
        if role == .host, let link = try await ground.database.read({ try $0.guestLink(meeting.link) }) {
            await hall.shut(link.hasLobby, in: meeting.id)
        }
        return MeetingEntered(
            state: "in", seat: seat, role: role, hasMedia: hasMedia, mutes: one.mutes, isMuted: one.isMuted, iceServers: servers,
            words: await hall.words(for: seat, in: meeting.id), polls: await hall.polls(for: seat, in: meeting.id))
    }

    /// Whether somebody came by the link and was not sent away.
    private func admits(_ sender: LiveSender, to id: ID<Meeting>) async throws {
        guard holdsMeetings else { throw Problem(.conflict, "problem.meetingsOneNode") }
        guard try await meeting(id, for: sender.person).person.state != .refused else {
            throw Problem(.forbidden, "problem.meetingRefused")
        }
    }

    /// The name that everybody in the meeting sees, as the page said before.
    private func name(of sender: LiveSender) async throws -> String {
        if case .guest(let guest) = sender.principal { return guest.name.value }
        return try await people.profile(of: sender.person)?.name ?? ""
    }

    private func decide(_ command: LiveCommand, _ state: MeetingPerson.State) async throws {
        let wish = try command.decode(MeetingSeat.self)
        let meant = try await hall.waiting(wish.seat, in: wish.meeting, by: command.sender)
        // Of two hosts who decide at once, one does.
        let decided = try await ground.database.write { transaction in
            try meant.filter { try transaction.decide(state, of: $0, in: wish.meeting) }
        }
        await hall.decide(decided, in: wish.meeting, isAdmitted: state == .admitted)
    }
}
