/// Which pictures of one source were left out, and how the others are counted in the stream that we make of it.
struct PictureMap: Sendable {
    /// Two seconds at thirty a second.
    static let most = 64

    struct Picture: Sendable {
        let number: UInt64
        let isLeftOut: Bool
        fileprivate let offset: UInt64

        /// What it is counted as. **It means nothing for one that was left out.**
        var place: UInt64 { number &- offset }
    }

    private var pictures: [Picture]
    /// Whether those behind one that was left out close up.
    private let closesUp: Bool

    /// The picture becomes this place.
    init(from number: UInt64, at place: UInt64, closingUp closesUp: Bool) {
        self.closesUp = closesUp
        pictures = [Picture(number: number, isLeftOut: false, offset: number &- place)]
    }

    func picture(_ number: UInt64) -> Picture? {
        pictures.last { $0.number <= number }.flatMap { $0.number == number ? $0 : nil }
    }

    /// Adds a picture that is not known yet. Nil if it is from longer ago than is remembered. **Only the highest is left out**: those above
    /// another are counted already.
    mutating func add(_ number: UInt64, leavingOut isLeftOut: Bool) -> Picture? {
        guard let below = pictures.lastIndex(where: { $0.number < number }) else { return nil }
        let offset = pictures[below].offset &+ (pictures[below].isLeftOut && closesUp ? 1 : 0)
        let picture = Picture(number: number, isLeftOut: isLeftOut && below == pictures.count - 1, offset: offset)
        pictures.insert(picture, at: below + 1)
        if pictures.count > Self.most { pictures.removeFirst() }
        return picture
    }
}
