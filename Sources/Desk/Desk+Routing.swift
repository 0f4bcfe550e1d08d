package import Conversations
package import ServiceLifecycle
package import Storage
package import Vocabulary
package import Web

extension Problem {
    /// The offer went on to somebody else.
    package static let offerGone = Problem(.conflict, "problem.offerGone")
}

extension Desk: LiveObserver {
    /// After the last page was closed, so long an agent is still there: a page that is loaded again comes back within it.
    static let grace = Duration.seconds(4)

    package var services: [any Service] {
        [
            DispatcherService(desk: self),
            Rounds(every: Self.alertRound, logger: ground.logger) { try await tellAlerts() },
            Rounds(every: .hours(1), logger: ground.logger) {
                let quarter = Rollup.quarter(of: ground.clock.now) - 1
                _ = try await ground.database.write { try $0.joinShards(before: quarter) }
                try await packReports()
            },
        ]
    }

    /// Gives out what waits, once.
    ///
    /// - Returns: what was done, and when there is something to do next though nothing happens.
    @discardableResult
    package func route() async throws -> (steps: [Router.Step], due: Timestamp?) {
        let now = ground.clock.now
        // Mostly there is nothing to do, and then nobody has to wait for this.
        let glimpse = try await ground.database.read { try Router.look(in: $0, at: now) }
        guard !glimpse.steps.isEmpty else { return ([], glimpse.router.nextDue(after: now)) }
        let (steps, due) = try await ground.database.write { transaction in
            try transaction.takeRoutingTurn()
            let (router, steps) = try Router.look(in: transaction, at: now)
            try transaction.carryOut(steps, of: router, at: now)
            return (steps, router.nextDue(after: now))
        }
        await tell(of: steps)
        return (steps, due)
    }

    private func tell(of steps: [Router.Step]) async {
        for step in steps {
            switch step {
            case .offer(let id, let offer): ground.live.send(OfferMade(conversation: id, until: offer.until), to: [offer.agent])
            case .withdraw(let id, let agent, let reason):
                ground.live.send(OfferWithdrawn(conversation: id, reason: reason.rawValue), to: [agent])
            default: break
            }
        }
        if !steps.isEmpty { dispatcher.tellWatchers() }
        await tellChanged(Set(steps.map(\.conversation)))
    }

    // MARK: - Offers

    /// The agent takes what they were offered: it is theirs from now on.
    package func acceptOffer(_ id: ConversationID, as member: Principal.Member) async throws {
        let isTheirs = try await ground.database.read { transaction in
            let enquiry = try transaction.enquiry(id)
            return enquiry?.agent == member.person && (enquiry?.state == .offered || enquiry?.state == .active)
        }
        guard isTheirs else { throw Problem.offerGone }
        try await open(id, as: member, takes: true)
    }

    /// The agent lets it go on to the next.
    package func declineOffer(_ id: ConversationID, by agent: PersonID) async throws {
        let isTheirs = try await ground.database.write { transaction in
            guard var item = try transaction.routedCase(id), item.offer?.agent == agent else { return false }
            item.offer = nil
            item.tried.insert(agent)
            try transaction.withdraw(id, from: agent)
            try transaction.put(item)
            return true
        }
        guard isTheirs else { throw Problem.offerGone }
        await changed(id)
    }

    /// The agent says whether they are there.
    package func setStatus(_ status: Agent.Status, of agent: PersonID) async throws {
        let now = ground.clock.now
        guard try await ground.database.write({ try $0.setStatus(of: agent, to: status, at: now) }) else { throw Problem.forbidden }
        ground.live.send(AgentStatusChanged(agent: agent, status: status.rawValue), to: [agent])
        dispatcher.wake()
    }

    // MARK: - Who is there

    package func opened(_ sender: LiveSender) async {
        guard case .member(let member) = sender.principal, !member.roles.isDisjoint(with: Self.staff) else { return }
        do {
            if try await ground.database.write({ try $0.connected(sender.person, sender.connection) }) { dispatcher.wake() }
        } catch {
            ground.logger.error("an agent's coming cannot be written down", metadata: ["error": "\(error)"])
        }
    }

    package func closed(_ sender: LiveSender, isDead: Bool) async {
        guard case .member(let member) = sender.principal, !member.roles.isDisjoint(with: Self.staff) else { return }
        await closed(sender.connection, isDead: isDead)
    }

    /// A link that was silent until it counted as dead has had its grace.
    private func closed(_ connection: ID<LiveSender>, isDead: Bool) async {
        do {
            let end = isDead ? ground.clock.now : ground.clock.now + Self.grace
            if try await ground.database.write({ try $0.disconnected(connection, goneAt: end) }) { dispatcher.wake() }
        } catch {
            ground.logger.error("an agent's going cannot be written down", metadata: ["error": "\(error)"])
        }
    }

    /// Links whose node vanished, or whose end could not be written down.
    func forgetDeadLinks() async throws {
        for link in try await ground.database.read({ try $0.agentLinks() }) where await !ground.live.isConnected(link.connection) {
            await closed(link.connection, isDead: true)
        }
    }

    // MARK: - Live commands

    private struct StatusWish: Decodable {
        let status: String
    }

    private struct OfferWish: Decodable {
        let conversation: ConversationID
    }

    package var routingHandlers: [LiveHandler] {
        [
            LiveHandler("agent.status", .roles(Self.staff)) { command in
                let wish: StatusWish = try command.decode()
                guard let status = Agent.Status(rawValue: wish.status) else { throw Problem.malformed }
                try await setStatus(status, of: command.sender.person)
                return nil
            },
            LiveHandler("offer.accept", .roles(Self.staff)) { command in
                let wish: OfferWish = try command.decode()
                try await acceptOffer(wish.conversation, as: try command.sender.member)
                return nil
            },
            LiveHandler("offer.decline", .roles(Self.staff)) { command in
                let wish: OfferWish = try command.decode()
                try await declineOffer(wish.conversation, by: command.sender.person)
                return nil
            },
        ]
    }
}

/// Asks one agent to take an enquiry.
struct OfferMade: Encodable, Sendable {
    let type = "offer.made"
    let conversation: ConversationID
    let until: Timestamp
}

struct OfferWithdrawn: Encodable, Sendable {
    let type = "offer.withdrawn"
    let conversation: ConversationID
    /// `unanswered` or `agentGone`.
    let reason: String
}

/// On another page of theirs, or because they let offers pass.
struct AgentStatusChanged: Encodable, Sendable {
    let type = "agent.status"
    let agent: PersonID
    let status: String
}
