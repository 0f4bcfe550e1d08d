/// A meeting as the media see it: who is there, and who sees and hears whom. **It knows no other room**, so nothing can go to one.
final class Room {
    let id: MediaRoomID
    /// Which of the rooms since the start it is.
    let number: Int
    private(set) var members: [Member] = []
    private var byID: [MediaPeerID: Member] = [:]
    private var speakers: [MediaPeerID] = []
    private var nextLook: Instant?
    private var nextGlance: Instant?
    private var nextJudgement: Instant?
    /// Whether somebody's slots may show others than they were told.
    private var hasNews = false

    /// One participant, with both of its connections.
    final class Member {
        let id: MediaPeerID
        /// Nil for who only looks and listens.
        let publisher: Publisher?
        let subscriber: Subscriber
        /// What it wants to see; the first is the largest.
        var wishes: [PictureWish] = []
        var told: (publishing: Connection.State, receiving: Connection.State) = (.waiting, .waiting)
        var condition = LinkCondition()

        init(_ id: MediaPeerID, _ publisher: Publisher?, _ subscriber: Subscriber) {
            self.id = id
            self.publisher = publisher
            self.subscriber = subscriber
        }
    }

    init(_ id: MediaRoomID, number: Int = 1) {
        self.id = id
        self.number = number
    }

    func member(_ id: MediaPeerID) -> Member? { byID[id] }

    /// The codecs in the order in which somebody new is to use them: first those that all who are there can decode.
    func ordered(_ codecs: [Codec]) -> [Codec] {
        let common = common
        return codecs.filter(common.has) + codecs.filter { !common.has($0) }
    }

    /// What everybody who has said so can decode.
    private var common: CodecSet {
        members.filter(\.subscriber.hasAccepted).reduce(CodecSet.all) { $0.intersection($1.subscriber.codecs) }
    }

    func add(_ member: Member) {
        members.append(member)
        byID[member.id] = member
        arrange()
    }

    func remove(_ id: MediaPeerID) -> Member? {
        guard let place = members.firstIndex(where: { $0.id == id }) else { return nil }
        let gone = members.remove(at: place)
        byID[id] = nil
        for slot in gone.subscriber.slots { slot.unbind() }
        for publication in gone.publisher?.publications ?? [] {
            for slot in publication.slots {
                slot.unbind()
                slot.subscriber.hasNews = true
            }
        }
        arrange()
        return gone
    }

    func watch(_ wishes: [PictureWish], by id: MediaPeerID, at now: Instant) {
        guard let member = member(id) else { return }
        member.wishes = Array(wishes.filter { $0.peer != id && $0.track.isVideo }.prefix(SlotOffer.mostSlots))
        arrangePictures(of: member)
        member.subscriber.allot(at: now)
    }

    /// Tells a participant again what it may have missed: whom its slots show, and how many of its encodings are wanted.
    func remind(_ id: MediaPeerID, _ tell: (MediaEvent) -> Void) {
        guard let member = member(id) else { return }
        member.subscriber.hasNews = true
        hasNews = true
        for publication in member.publisher?.publications ?? [] {
            if let count = publication.told { tell(.encodings(self.id, id, publication.name, count)) }
        }
    }

    func silence(_ id: MediaPeerID, _ track: TrackName, _ isSilenced: Bool) {
        guard let publication = member(id)?.publisher?.publication(track), publication.isSilenced != isSilenced else { return }
        publication.isSilenced = isSilenced
        // What was dropped is no loss: the numbers of a sound close up behind it.
        if !isSilenced, !track.isVideo { publication.encodings.forEach(publication.restart) }
        guard track == .screenSound else { return }
        let sounds = sounds
        for member in members { arrangeSounds(of: member, among: sounds) }
    }
}

// MARK: - Slots

extension Room {
    private func arrange() {
        let sounds = sounds
        for member in members {
            arrangeSounds(of: member, among: sounds)
            arrangePictures(of: member)
        }
    }

    /// Those who were asked for keep their slots; who is new gets the first that is free.
    private func arrangePictures(of member: Member) {
        hasNews = true
        let slots = member.subscriber.slots.filter(\.line.isVideo)
        let wanted = member.wishes.prefix(slots.count).compactMap {
            wish -> (wish: PictureWish, publisher: Publisher, publication: Publication)? in
            guard let other = self.member(wish.peer), let publisher = other.publisher, let publication = publisher.publication(wish.track)
            else { return nil }
            return (wish, publisher, publication)
        }
        for slot in slots where slot.publication != nil && !wanted.contains(where: { $0.publication === slot.publication }) {
            slot.unbind()
            member.subscriber.hasNews = true
        }
        for (place, entry) in wanted.enumerated() {
            guard let slot = slots.first(where: { $0.publication === entry.publication }) ?? slots.first(where: { $0.publication == nil })
            else { continue }
            if slot.publication == nil {
                slot.bind(entry.publication, of: entry.publisher, entry.wish.peer)
                member.subscriber.hasNews = true
            }
            (slot.wanted, slot.priority) = (entry.wish.encoding, place)
        }
    }

    private struct Sound {
        let id: MediaPeerID
        let publisher: Publisher
        let publication: Publication
    }

    /// Everybody's sounds: the screens that sound now, and the voices, who spoke last before the others.
    private var sounds: (screens: [Sound], voices: [Sound]) {
        func all(_ name: TrackName) -> [Sound] {
            members.compactMap { member in
                guard let publisher = member.publisher, let publication = publisher.publication(name) else { return nil }
                return Sound(id: member.id, publisher: publisher, publication: publication)
            }
        }
        let never = Instant(nanoseconds: .min)
        let voices = all(.microphone).sorted { ($0.publication.voice.lastSpoke ?? never) > ($1.publication.voice.lastSpoke ?? never) }
        return (all(.screenSound).filter { !$0.publication.isSilenced }, voices)
    }

    /// Who sees a screen hears it, as far as that leaves half of the slots
    /// to voices. Everybody else is heard while there are slots for all;
    /// else those who spoke last. Of those who never did, who is heard already stays.
    private func arrangeSounds(of member: Member, among sounds: (screens: [Sound], voices: [Sound])) {
        hasNews = true
        let slots = member.subscriber.slots.filter { !$0.line.isVideo }
        func isHeard(_ publication: Publication) -> Bool { slots.contains { $0.publication === publication } }
        var wanted = Array(sounds.screens.filter { $0.id != member.id }.prefix(slots.count / 2))
        for stage in 0..<3 {
            for sound in sounds.voices where sound.id != member.id {
                guard wanted.count < slots.count else { break }
                guard stage == 2 || (stage == 0 ? sound.publication.voice.lastSpoke != nil : isHeard(sound.publication)) else { continue }
                if !wanted.contains(where: { $0.publication === sound.publication }) { wanted.append(sound) }
            }
        }
        for slot in slots where slot.publication != nil && !wanted.contains(where: { $0.publication === slot.publication }) {
            slot.unbind()
            member.subscriber.hasNews = true
        }
        for sound in wanted where !isHeard(sound.publication) {
            guard let slot = slots.first(where: { $0.publication == nil }) else { break }
            slot.bind(sound.publication, of: sound.publisher, sound.id)
            member.subscriber.hasNews = true
        }
    }
}

// MARK: - What is due

extension Room {
    /// Looks who speaks, and tells what has changed.
    func look(at now: Instant, _ tell: (MediaEvent) -> Void) {
        guard hasNews || nextGlance.map({ $0 <= now }) ?? true else { return }
        nextGlance = now + Connection.pace
        for member in members {
            let states = (member.publisher?.state(at: now) ?? .waiting, member.subscriber.state(at: now))
            if states.0 != member.told.publishing { tell(.connection(id, member.id, .publishing, states.0)) }
            if states.1 != member.told.receiving {
                tell(.connection(id, member.id, .receiving, states.1))
                // Of a connection before this one something else may have been told.
                if states.1 == .connected { tell(.trouble(id, member.id, member.condition.told)) }
            }
            member.told = states
        }
        if nextLook.map({ $0 <= now }) ?? true {
            nextLook = now + .milliseconds(200)
            lookForSpeakers(at: now, tell)
            // A picture may pause, or go on, without anybody asking for another.
            for member in members where member.subscriber.slots.contains(where: { $0.told != ($0.isPaused, $0.isForeign) }) {
                member.subscriber.hasNews = true
            }
            for member in members {
                for publication in member.publisher?.publications ?? [] {
                    if let count = publication.demandNews(at: now) { tell(.encodings(id, member.id, publication.name, count)) }
                    if let codec = publication.codecNews(common, at: now) { tell(.codec(id, member.id, publication.name, codec)) }
                }
            }
        }
        if nextJudgement.map({ $0 <= now }) ?? true {
            nextJudgement = now + LinkCondition.pace
            for member in members where member.condition.note(member.condition(at: now)) {
                tell(.trouble(id, member.id, member.condition.told))
            }
        }
        hasNews = false
        for member in members where member.subscriber.hasNews {
            member.subscriber.hasNews = false
            for slot in member.subscriber.slots { slot.told = (slot.isPaused, slot.isForeign) }
            tell(.slots(id, member.id, member.subscriber.slots.map(\.view)))
        }
    }

    private func lookForSpeakers(at now: Instant, _ tell: (MediaEvent) -> Void) {
        var found: [(peer: MediaPeerID, score: Double)] = []
        for member in members {
            guard let microphone = member.publisher?.publication(.microphone), microphone.voice.speaks(at: now) else { continue }
            found.append((member.id, microphone.voice.score))
        }
        // Who spoke already stays in front of somebody who is only a little louder.
        let before = speakers
        found.sort { ($0.score + (before.first == $0.peer ? 6 : 0)) > ($1.score + (before.first == $1.peer ? 6 : 0)) }
        let now = found.map(\.peer)
        guard now != before else { return }
        speakers = now
        tell(.speakers(id, now))
        // Where all slots are taken somebody may have to make room.
        let sounds = sounds
        for member in members where !member.subscriber.slots.contains(where: { !$0.line.isVideo && $0.publication == nil }) {
            arrangeSounds(of: member, among: sounds)
        }
    }
}

extension Slot {
    var view: SlotView {
        SlotView(mid: line.mid, peer: owner, track: publication?.name, isPaused: isPaused, isForeign: isForeign)
    }
}
