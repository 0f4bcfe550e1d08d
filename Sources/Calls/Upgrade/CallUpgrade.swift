import Vocabulary
import Web

/// A call between two on its way to becoming a group call: one of them asks that a contact be added, the other agrees, the contact answers,
/// and both pages go over to a meeting while they still hear each other directly.
///
/// **Nobody's sound goes through the server before both of the call have said so**, and the call between two ends only when each hears the
/// other in the meeting. Until then, whatever fails, it goes on as it was.
struct CallUpgrade: Sendable, Equatable {
    enum Stage: Sendable, Equatable {
        /// The other one has not said yet whether they agree.
        case asking
        /// They have: the contact's devices ring.
        case ringing
        /// The contact has answered, and both go over. `heard`: who of the two hears the other in the meeting.
        case moving(ID<Meeting>, heard: Set<PersonID>)
    }

    let call: ID<Call>
    /// Who wants to add somebody.
    let asker: PersonID
    /// Whom they talk with.
    let other: PersonID
    /// The contact of the asker's.
    let added: PersonID
    private(set) var stage = Stage.asking
    /// When the stage began.
    private(set) var since: Timestamp
    /// Whether the contact is not rung, as they and one of the two keep out of each other's way. **Nobody can tell it from a contact who
    /// does not answer.**
    private(set) var isSilent = false

    /// How long a question waits for its answer, and how long it rings: as a call does.
    static let patience = Call.patience
    /// How long both may take to hear each other in the meeting.
    static let movingPatience: Duration = .seconds(30)
    /// Most contacts that are offered to choose from.
    static let mostContacts = 500

    init(of call: ID<Call>, asker: PersonID, other: PersonID, adding added: PersonID, at now: Timestamp) {
        (self.call, self.asker, self.other, self.added, since) = (call, asker, other, added, now)
    }

    /// The other one agrees. False when it is not theirs to say, or was said before.
    mutating func agree(by person: PersonID, silently isSilent: Bool, at now: Timestamp) -> Bool {
        guard stage == .asking, person == other else { return false }
        (stage, since, self.isSilent) = (.ringing, now, isSilent)
        return true
    }

    /// The contact has answered, and this is where all meet.
    mutating func move(to meeting: ID<Meeting>, at now: Timestamp) {
        (stage, since) = (.moving(meeting, heard: []), now)
    }

    /// One of the two hears the other in the meeting. True when both do.
    mutating func hear(by person: PersonID) -> Bool {
        guard case .moving(let meeting, var heard) = stage, person == asker || person == other else { return false }
        heard.insert(person)
        stage = .moving(meeting, heard: heard)
        return heard.count == 2
    }

    /// What time makes of it: nil while there is some left.
    func end(at now: Timestamp) -> CallUpgradeEnd? {
        switch stage {
        case .asking: since + Self.patience <= now ? .unanswered : nil
        case .ringing: since + Self.patience <= now ? .missed : nil
        case .moving: since + Self.movingPatience <= now ? .failed : nil
        }
    }
}

/// Why nobody was added.
enum CallUpgradeEnd: String, Sendable, Codable {
    /// The other one would rather not, or said nothing.
    case refused, unanswered
    /// The contact would rather not, did not answer, or must not be disturbed.
    case declined, missed, busy
    /// One of the two took it back.
    case cancelled
    /// The meeting could not be had.
    case failed
    /// The call is over.
    case ended

    /// What it means for the contact who is in the meeting already.
    var overThere: MeetingOver.Reason { self == .ended ? .callEnded : .upgradeFailed }

    /// The same for one who only comes there when it is gone.
    var problemThere: Problem { Problem(.gone, self == .ended ? "problem.groupCallOver" : "problem.groupCallFailed") }
}
