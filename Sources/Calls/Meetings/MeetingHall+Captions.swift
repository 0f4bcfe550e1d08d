import Conversations
import Vocabulary
import Web

/// What is said, written by somebody whom a host asked to: a person who types, or a program that listens. **It is kept nowhere.**
extension MeetingHall {
    /// Most characters (Unicode scalars) of a caption: two lines below a picture.
    static let longestCaption = 200
    /// Captions of one writer that come faster are passed over, unless they are final: a program corrects itself as it goes.
    static let betweenCaptions: Duration = .milliseconds(200)
    /// How many final ones of one writer are taken in a second.
    static let mostFinal = 5

    /// A host asks somebody, or themself, to write captions, or to stop.
    /// It holds while they are there, and when they load their page again.
    func appoint(_ isCaptioner: Bool, _ seat: UInt64, in meeting: ID<Meeting>, by host: LiveSender) throws {
        let gathering = try gathering(meeting)
        guard gathering.present[try place(of: host, in: gathering)].role == .host else { throw Problem.forbidden }
        guard gathering.place(at: seat) != nil else { throw Problem.notFound }
        change(meeting) { gathering in
            guard let place = gathering.place(at: seat) else { return }
            gathering.present[place].isCaptioner = isCaptioner
        }
    }

    func caption(_ caption: MeetingCaption, _ sender: LiveSender) throws {
        let place = try place(of: sender, in: try gathering(caption.meeting))
        let words = caption.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard words.unicodeScalars.count <= Self.longestCaption, let text = Message.tidy(words) else {
            throw Problem(.unprocessableContent, "problem.captionRejected", values: ["limit": String(Self.longestCaption)])
        }
        let now = ground.clock.now
        let seat = try change(caption.meeting) { gathering -> UInt64? in
            guard gathering.present[place].isCaptioner else { throw Problem.forbidden }
            guard gathering.present[place].pace.takes(isFinal: caption.isFinal, at: now) else { return nil }
            return gathering.present[place].seat
        }
        guard let seat = seat ?? nil else { return }
        tellAll(MeetingCaptioned(meeting: caption.meeting, seat: seat, text: text, isFinal: caption.isFinal), in: caption.meeting)
    }
}

/// How fast one writer's captions came of late.
struct CaptionPace: Sendable {
    private var last: Timestamp?
    private var second: Timestamp?
    private var finals = 0

    mutating func takes(isFinal: Bool, at now: Timestamp) -> Bool {
        if isFinal {
            if second.map({ now - $0 >= .seconds(1) }) ?? true { (second, finals) = (now, 0) }
            guard finals < MeetingHall.mostFinal else { return false }
            finals += 1
        } else if let last, now - last < MeetingHall.betweenCaptions {
            return false
        }
        last = now
        return true
    }
}
