package import Vocabulary
import Storage

extension People {
    static let pictureColumn = SealedColumn("profile_picture", "image")

    /// Replaces the person's picture by one made anew from the upload; nil removes it.
    package func setPicture(_ upload: [UInt8]?, of person: PersonID) async throws {
        guard let upload else {
            try await ground.database.write { try $0.setPicture(nil, of: person) }
            return
        }
        let image = try await ProfilePicture.remakeApart(upload)
        let sealed = try await ground.keys.seal(image, for: person, as: Self.pictureColumn)
        let id = ID<ProfilePicture>(at: ground.clock.now)
        try await ground.database.write { try $0.setPicture((id, sealed), of: person) }
    }

    /// The picture as JPEG, if it is still the person's and this viewer may see it.
    package func picture(_ id: ID<ProfilePicture>, of person: PersonID, seenBy viewer: PersonID?) async throws -> [UInt8]? {
        guard try await card(of: person, seenBy: viewer)?.picture == id,
            let sealed = try await ground.database.read({ try $0.picture(id, of: person) })
        else { return nil }
        return try await ground.keys.open(sealed, of: person, as: Self.pictureColumn)
    }
}
