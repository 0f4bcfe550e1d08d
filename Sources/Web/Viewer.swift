package import Vocabulary

/// The signed-in person as the frame of every page shows them.
package struct Viewer: Sendable {
    /// Address of their picture, if they have one.
    package var pictureURL: String?
    /// What they chose to be: `online`, `busy`, `away` or `invisible`.
    package var presence: String
    /// The last notice that the page takes account of: its live link goes on from there.
    package var lastNotice: Int
    /// Notices up to there that are not read yet.
    package var unreadNotices: Int

    package init(pictureURL: String? = nil, presence: String = "online", lastNotice: Int = 0, unreadNotices: Int = 0) {
        self.pictureURL = pictureURL
        self.presence = presence
        self.lastNotice = lastNotice
        self.unreadNotices = unreadNotices
    }
}

/// Tells the frame about the person in front of it. Accounts does.
package protocol Viewers: Sendable {
    /// - Parameter heard: the last notice that the page takes account of, when its content says so itself.
    func viewer(_ member: Principal.Member, heard: Int?) async throws -> Viewer
}

/// How a person without a picture is shown: their initials on one of eight hues.
package enum Face {
    /// First letters of the first and the last word of the name.
    package static func initials(_ name: String) -> String {
        let words = name.split(whereSeparator: \.isWhitespace)
        let letters = [words.first, words.count > 1 ? words.last : nil].compactMap { $0?.first { $0.isLetter || $0.isNumber } }
        return String(letters).uppercased()
    }

    /// The same person always has the same hue, 0…7.
    package static func hue(_ person: PersonID) -> Int {
        Int(person.bytes.last ?? 0) % 8
    }
}
