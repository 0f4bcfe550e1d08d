package import Conversations
import Crypto
import Foundation
import Storage
package import Vocabulary
package import Web

extension Desk {
    /// Longest word for a tag or an outcome, in characters.
    static let longestWord = 40

    /// Puts an enquiry aside until a time, or until the visitor writes, whichever comes first.
    package func snooze(_ id: ConversationID, until: Timestamp?, by member: some TeamMember) async throws {
        let (_, conversation) = try await hand(of: member, in: id)
        if let until, until <= ground.clock.now { throw Problem.malformed }
        let event = try await prepare(
            EnquiryEvent.snoozed, .init(person: member.person, name: member.called, until: until), in: conversation)
        try await ground.database.write { transaction in
            guard try transaction.snooze(id, until: until) else { throw Problem.conversationClosed }
            try ground.streams.append(event, in: transaction)
        }
        conversations.wake(id)
        await changed(id)
    }

    /// Brings it back before its time.
    package func rouse(_ id: ConversationID, by member: some TeamMember) async throws {
        let (_, conversation) = try await hand(of: member, in: id)
        let now = ground.clock.now
        let event = try await prepare(EnquiryEvent.roused, .init(person: member.person, name: member.called), in: conversation)
        try await ground.database.write { transaction in
            if try transaction.rouse(id, at: now) { try ground.streams.append(event, in: transaction) }
        }
        conversations.wake(id)
        await changed(id)
    }

    /// Brings back everything whose time has come.
    package func rouseDue() async throws {
        let now = ground.clock.now
        let roused = try await ground.database.write { transaction in
            try transaction.snoozesDue(at: now).filter { try transaction.rouse($0, at: now) }
        }
        for id in roused { await changed(id) }
    }

    /// Puts one of the team's words on an enquiry, or takes it off.
    package func tag(_ id: ConversationID, _ word: String, isOn: Bool, by member: some TeamMember) async throws {
        _ = try await hand(of: member, in: id)
        let tag = try Self.tag(word)
        try await ground.database.write { try $0.tag(id, tag, isOn: isOn) }
        await changed(id)
    }

    /// A tag as it is kept: `Late parcel ` and `late parcel` are one.
    static func tag(_ word: String) throws(Problem) -> String {
        let tag = word.trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
        guard !tag.isEmpty, tag.count <= longestWord, !tag.contains(where: \.isNewline) else { throw .malformed }
        return tag
    }

    /// The outcome of this name, if there is one.
    package func wrapUp(named name: String) async throws -> ID<WrapUp>? {
        try await ground.database.read { try $0.wrapUps() }.first { $0.name == name }?.id
    }

    /// Says how it ended.
    package func wrapUp(_ id: ConversationID, as code: ID<WrapUp>, by member: some TeamMember) async throws {
        let (_, conversation) = try await hand(of: member, in: id)
        guard let wrapUp = try await ground.database.read({ try $0.wrapUps() }).first(where: { $0.id == code }) else {
            throw Problem.notFound
        }
        let event = try await prepare(
            EnquiryEvent.wrappedUp, .init(person: member.person, name: member.called, to: wrapUp.name), in: conversation)
        try await ground.database.write { transaction in
            try transaction.setWrapUp(of: id, to: code)
            try ground.streams.append(event, in: transaction)
        }
        conversations.wake(id)
    }

    /// Ends one of two enquiries of the same person, and says in it where it goes on. **What was said stays where it is**: each
    /// conversation is sealed by the key of the visitor who began it.
    package func merge(_ id: ConversationID, into other: ConversationID, by member: some TeamMember) async throws {
        guard id != other else { throw Problem.malformed }
        let (place, from) = try await hand(of: member, in: id)
        let (_, to) = try await hand(of: member, in: other)
        guard from.state == .open, to.state == .open else { throw Problem.conversationClosed }
        let step = EnquiryStep(person: member.person, name: member.called, conversation: other)
        let told = try await conversations.prepareEvent(EnquiryEvent.merged, step, in: from)
        let noted = try await prepare(
            EnquiryEvent.merged, .init(person: member.person, name: member.called, conversation: id), in: to)
        try await ground.database.write { transaction in
            try transaction.note(id, mergedInto: other)
            try ground.streams.append(told, in: transaction)
            try ground.streams.append(noted, in: transaction)
        }
        try await close(id, by: member.person, as: place.part)
        conversations.wake(other)
    }

    /// Ends a conversation for good: its token opens nothing any more.
    ///
    /// **Nothing about the visitor's browser or address is kept to know them again.** Whoever comes back begins anew, within the limits
    /// that hold for every address.
    package func block(_ id: ConversationID, by member: some TeamMember) async throws {
        let (place, conversation) = try await hand(of: member, in: id)
        guard let enquiry = try await ground.database.read({ try $0.enquiry(id) }) else { throw Problem.notFound }
        let event = try await prepare(EnquiryEvent.blocked, .init(person: member.person, name: member.called), in: conversation)
        let nobodys = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        try await ground.database.write { transaction in
            try transaction.block(enquiry.visitor, fingerprint: nobodys)
            try ground.streams.append(event, in: transaction)
        }
        try await close(id, by: member.person, as: place.part)
        ground.live.disconnect(enquiry.visitor, session: nil, because: .signedOut)
    }
}
