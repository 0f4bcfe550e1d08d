import Synchronization
package import Vocabulary

/// A domain to the right that knows the name of what a notice is about. **Notices hold ids**: what is gone, or was renamed, has no name in
/// them that outlives it.
package protocol NoticeSubject: Sendable {
    /// The name of a meeting; nil where it is gone, or not for this reader.
    func name(ofMeeting id: String, for reader: PersonID) async throws -> String?
}

/// Who is asked; filled once, when the server is put together.
package final class NoticeSubjects: Sendable {
    private let subject = Mutex<(any NoticeSubject)?>(nil)

    package func ask(_ subject: any NoticeSubject) {
        self.subject.withLock { $0 = subject }
    }

    func name(ofMeeting id: String, for reader: PersonID) async throws -> String? {
        try await subject.withLock { $0 }?.name(ofMeeting: id, for: reader)
    }
}
