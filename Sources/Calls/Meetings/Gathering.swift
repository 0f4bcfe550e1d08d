import Accounts
import Media
import Vocabulary
import Web

/// The people of one meeting, while somebody is there. A value: the hall keeps it, changes it and tells what came of it.
struct Gathering {
    /// One person who is there, by one page.
    struct Attendance {
        let person: PersonID
        /// Their number in this meeting, for the others and for the media server.
        let seat: UInt64
        let name: String
        /// Whether they have an account: a guest never becomes host by itself.
        let isMember: Bool
        /// What was over when they came, which they do not see.
        var before: Before
        var connection: ID<LiveSender>
        var role: MeetingRole
        var microphone = false
        var camera = false
        var screen = false
        /// Whether what they share is heard, too.
        var screenSound = false
        /// When the hand went up, counted; nil while it is down.
        var hand: Int?
        /// Since when its live link is down.
        var awaySince: Timestamp?
        /// Which of its connections are in doubt or gone.
        var lost: Set<MediaEvent.Side> = []
        /// Why their connection is poor; nil while it is good.
        var trouble: LinkTrouble?
        var hasMedia = false
        /// Whether their page may send anything: one that came to listen opens no way for it.
        var sends = false
        var lastReaction: Timestamp?
        /// Whether a host asked them to write what is said.
        var isCaptioner: Bool
        var pace = CaptionPace()
        /// How often a host took the word from them.
        var mutes = 0
        /// Whether a host took it last: it stays so until their own page, which knows of it, speaks again.
        var isMuted = false

        var peer: MediaPeerID { MediaPeerID(seat) }
        /// Attendees are not heard, whatever their page says.
        var isHeard: Bool { microphone && role != .attendee }
        var isSeen: Bool { camera && role != .attendee }
        var isSharing: Bool { screen && role != .attendee }
        var isSounding: Bool { isSharing && screenSound }
    }

    /// How much was written, and how many polls were closed, by some moment.
    struct Before {
        let words: Int
        let closings: Int
    }

    /// One person in the lobby.
    struct Waiting {
        let person: PersonID
        let seat: UInt64
        let name: String
        let household: Int
        var connection: ID<LiveSender>
    }

    /// Somebody who went just now.
    private struct Gone {
        let one: Attendance
        let at: Timestamp
        /// Whether only their page went, which may be loaded again: their place is kept, and who was host is not replaced.
        let mayReturn: Bool
    }

    let meeting: ID<Meeting>
    let room: MediaRoomID
    private(set) var isOpen = false
    /// Whether who comes from now on waits at the door.
    var isShut = false
    /// Whether nobody new comes in.
    var isLocked: Bool
    /// Whether attendees are shown to hosts alone: a webinar.
    var isWebinar: Bool
    /// Who was inside since the first one came: they may come back also when it is locked.
    private(set) var comers: Set<PersonID> = []
    var present: [Attendance] = []
    var waiting: [Waiting] = []
    /// Who only loads their page again has not been away.
    private var gone: [PersonID: Gone] = [:]
    /// Whether a host has gone, and somebody else is to be host unless they come back.
    var seeksHost = false
    /// Who is there and waits. The whole list goes to everybody, so telling each change by itself would cost a hundred people ten thousand
    /// faces whenever one of them presses a key.
    var news = Throttle<MeetingPeople.News> { $0.add($1) }
    /// What attendees of a webinar show, counted.
    let applause = ThrottledNews<[MeetingReaction: Int]>(pause: .milliseconds(500)) { $0.merge($1, uniquingKeysWith: +) }
    /// Polls that look otherwise than they did, by their number: hundreds may answer one at once.
    let pollNews = ThrottledNews<Set<Int>>(pause: .milliseconds(200)) { $0.formUnion($1) }
    /// How much the attendees of a webinar wrote of late, all together.
    var attendeesSaying = Pace()
    private var lastSeat: UInt64 = 0
    private var lastHand = 0
    /// How often what is written down of roles was read, to be made true here: what was read before another reading is passed over.
    private(set) var readings = 0
    /// What was written of late, in its order. **It is kept here alone**, and gone with the meeting.
    private(set) var words: [MeetingWords] = []
    /// How many bytes of UTF-8 they are, with their writers' names.
    private var wordsLength = 0
    private(set) var lastWords = 0
    /// What was asked of everybody. **It is kept here alone**, as words are.
    var polls = MeetingPolls()

    init(_ meeting: ID<Meeting>, isWebinar: Bool = false, isLocked: Bool = false) {
        self.meeting = meeting
        self.isWebinar = isWebinar
        self.isLocked = isLocked
        room = MediaRoomID(.random(in: 1...UInt64.max))
    }

    var isEmpty: Bool { present.isEmpty && waiting.isEmpty }

    mutating func newSeat() -> UInt64 {
        lastSeat += 1
        return lastSeat
    }

    /// Who has a place: those who are there and those who may be back in a moment.
    private var places: [Attendance] { present + gone.values.filter(\.mayReturn).map(\.one) }

    /// Whether there is a place for somebody beside the others. For hosts there is one always.
    func hasPlace(for known: MeetingPerson) -> Bool {
        let taken = places.count { $0.person != known.person }
        switch known.role {
        case .host: return true
        case .speaker where isWebinar: return taken < MeetingHall.mostInWebinar && !isStageFull(for: known.person)
        case .attendee where isWebinar: return taken < MeetingHall.mostInWebinar
        case .speaker, .attendee: return taken < MeetingHall.most
        }
    }

    /// Whether as many as anybody may meet may be heard already, beside this person.
    func isStageFull(for person: PersonID) -> Bool {
        places.count { $0.person != person && $0.role != .attendee } >= MeetingHall.most
    }

    /// Somebody comes in. What they were when they went just now they are again: asked to write captions, or muted.
    mutating func add(_ one: Attendance) {
        var one = one
        if let before = gone.removeValue(forKey: one.person)?.one {
            (one.before, one.isCaptioner, one.mutes, one.isMuted) = (before.before, before.isCaptioner, before.mutes, before.isMuted)
        }
        present.append(one)
        comers.insert(one.person)
    }

    mutating func remove(_ one: Attendance, at now: Timestamp, mayReturn: Bool) {
        present.removeAll { $0.seat == one.seat }
        gone[one.person] = Gone(one: one, at: now, mayReturn: mayReturn)
    }

    /// Whoever went before then is away.
    mutating func forgetGone(before moment: Timestamp) {
        gone = gone.filter { $0.value.at > moment }
    }

    /// Whether a host only loads their page again.
    var hostMayReturn: Bool { gone.values.contains { $0.mayReturn && $0.one.role == .host } }

    mutating func newReading() -> Int {
        readings += 1
        return readings
    }

    mutating func give(_ role: MeetingRole, to seat: UInt64) {
        guard let place = place(at: seat) else { return }
        if present[place].role == .host, role != .host { seeksHost = true }
        present[place].role = role
        // Whoever may speak again begins muted, so that nobody is heard who does not know it.
        if role == .attendee {
            present[place].microphone = false
            present[place].camera = false
            present[place].screen = false
            present[place].screenSound = false
        }
        present[place].hand = nil
    }

    mutating func nextHand() -> Int {
        lastHand += 1
        return lastHand
    }

    /// - Parameters:
    ///   - most: how many are kept at most; the oldest go first
    ///   - bytes: how many bytes of UTF-8 those may be together
    mutating func add(_ text: String, by one: Attendance, at now: Timestamp, keeping most: Int, bytes: Int) -> MeetingWords {
        lastWords += 1
        let added = MeetingWords(number: lastWords, seat: one.seat, name: one.name, text: text, at: now)
        words.append(added)
        wordsLength += added.length
        while words.count > most || wordsLength > bytes { wordsLength -= words.removeFirst().length }
        return added
    }

    mutating func opened() { isOpen = true }

    /// Whether somebody is here by this connection, inside or at the door.
    func knows(_ connection: ID<LiveSender>) -> Bool {
        present.contains { $0.connection == connection } || waiting.contains { $0.connection == connection }
    }

    func place(of person: PersonID) -> Int? { present.firstIndex { $0.person == person } }

    func place(at seat: UInt64) -> Int? { present.firstIndex { $0.seat == seat } }

    /// What is over for somebody who comes now.
    var over: Before { Before(words: lastWords, closings: polls.closings) }

    /// Who is to be host when the last one has gone: of the members who may speak, whoever is there longest.
    var nextHost: Attendance? {
        guard !present.contains(where: { $0.role == .host }) else { return nil }
        return present.first { $0.isMember && $0.role == .speaker && $0.awaySince == nil }
    }

    /// What everybody is shown.
    var faces: [MeetingFace] {
        let hands = present.compactMap(\.hand).sorted()
        return present.map { one in
            MeetingFace(
                seat: one.seat, name: one.name, hue: Face.hue(one.person), role: one.role, microphone: one.isHeard, camera: one.isSeen,
                screen: one.isSharing, screenSound: one.isSounding, hand: one.hand.flatMap { hands.firstIndex(of: $0) }.map { $0 + 1 },
                isAway: one.awaySince != nil || !one.lost.isEmpty, trouble: one.trouble?.rawValue,
                isCaptioner: one.isCaptioner)
        }
    }

    var hasCaptions: Bool { present.contains(where: \.isCaptioner) }

    /// Those who may be seen and heard.
    var stage: [MeetingFace] { faces.filter { $0.role != .attendee } }

    /// Between two tellings of who is there: shorter than what anybody notices, and longer among hundreds, who are as much to tell together
    /// as a hundred.
    var pause: Duration { .milliseconds(max(100, present.count)) }

    /// What hosts are shown of the lobby.
    var line: [MeetingWaiting] { waiting.map { MeetingWaiting(seat: $0.seat, name: $0.name, hue: Face.hue($0.person)) } }
}

extension MeetingWords {
    fileprivate var length: Int { text.utf8.count + name.utf8.count }
}
