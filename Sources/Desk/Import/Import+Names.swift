import Conversations
import Foundation
import Storage
import Vocabulary
import Web

/// What a record is called here: made from what it was called there, so that it is the same however often it is brought in.
extension Import {
    private static let column = SealedColumn("import_record", "fingerprint")

    /// 32 bytes from which nobody without the key learns anything.
    func fingerprint(_ kind: String, _ id: String) -> [UInt8] {
        desk.ground.keys.blindIndex("\(plan.format.rawValue)\n\(plan.source)\n\(kind)\n\(id)", as: Self.column)
    }

    /// An id that was made at `time` as far as its order goes.
    func madeID<Noun>(_ kind: String, _ id: String, at time: Timestamp) -> ID<Noun> {
        var words = fingerprint(kind, id).makeIterator()
        var random = Given { words.next() ?? 0 }
        return ID(at: time, using: &random)
    }

    func commandID(_ id: String, in conversation: String) -> CommandID? {
        CommandID(bytes: fingerprint("message", "\(conversation)/\(id)").prefix(16))
    }

    private struct Given: RandomNumberGenerator {
        let byte: () -> UInt8

        mutating func next() -> UInt64 { (0..<8).reduce(0) { word, _ in word << 8 | UInt64(byte()) } }
    }

    /// The agent of the export as they are called here. **Only who answers visitors here**, by their address.
    mutating func agent(_ id: String, named name: String) async throws -> (person: PersonID, name: String) {
        if agents[id] == nil {
            var found: ExportPerson?
            if let entry = try await index.entry(.agent, id), case .agent(let person)? = try read(entry) { found = person }
            var person: PersonID?
            if let email = found?.email, let known = try await desk.people.member(withAddress: email) {
                person = try await desk.ground.database.read { try $0.agent(known) }?.person
            }
            agents[id] = (person, found?.name ?? "")
        }
        let known = agents[id]
        let full = known?.name.isEmpty == false ? known?.name : nil
        return (known?.person ?? madeID("agent", id, at: Timestamp(milliseconds: 0)), full ?? (name.isEmpty ? "Team" : name))
    }
}
