import Foundation
package import Storage
package import Vocabulary

/// An answer that may be kept readable beside the id of its command: ids, numbers, times and words from the source code,
/// **never anything a person typed or is called**. Conforming is a promise of just that.
package protocol PlainAnswer: Codable, Sendable {}

/// For a command whose ack has no body.
package struct NoAnswer: PlainAnswer {
    package init() {}
}

extension ID: PlainAnswer {}
extension Int: PlainAnswer {}

extension Transaction {
    /// Makes `change` unless this person's command of this id has been carried out, in this life of the server or an earlier
    /// one, on this node or another. Gives the answer that `change` gave then.
    ///
    /// **Call it first in the transaction**: it makes the same command wait for itself. The answer is kept a day.
    package func once<Answer: PlainAnswer>(
        _ command: LiveCommand, at now: Timestamp, _ change: () throws -> Answer
    ) throws -> Answer {
        let (person, id) = (command.sender.person, command.id.bytes)
        let isFirst = try exists(
            """
            INSERT INTO live_command (person_id, command_id, answer, at) VALUES (\(person), \(id), '', \(now))
            ON CONFLICT (person_id, command_id) DO NOTHING RETURNING at
            """)
        guard isFirst else { return try answer(to: id, of: person) }
        let answer = try change()
        let text = String(decoding: try LiveJSON.encode(answer), as: UTF8.self)
        try run("UPDATE live_command SET answer = \(text) WHERE person_id = \(person) AND command_id = \(id)")
        return answer
    }

    private func answer<Answer: Decodable>(to id: [UInt8], of person: PersonID) throws -> Answer {
        let row = try first("SELECT answer FROM live_command WHERE person_id = \(person) AND command_id = \(id)")
        guard let text = try row?.get("answer", as: String.self), let answer = try? JSONDecoder().decode(Answer.self, from: Data(text.utf8))
        else {
            // The id was used for another kind of command.
            throw Problem.malformed
        }
        return answer
    }
}
