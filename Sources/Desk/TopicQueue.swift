import Vocabulary

/// What a visitor chose as the topic leads to those who know about it.
extension SupportSite {
    /// Where a visitor with this card waits: in the queue to which an answer
    /// of theirs leads, the first question first; else in the site's own.
    func queue(for card: Visitor.Card) -> ID<Queue> {
        for question in settings.questions {
            if let answer = card.answers?[question.key], let led = question.queues[answer] { return led }
        }
        return queue
    }

    /// Every queue in which its visitors may come to wait.
    var queues: Set<ID<Queue>> { settings.questions.reduce(into: [queue]) { $0.formUnion($1.queues.values) } }
}

extension Desk {
    /// Whether somebody who writes on this site now may be answered now: which queue they choose is not known before they do.
    func isStaffed(_ site: SupportSite) async throws -> Bool {
        for queue in site.queues where try await isStaffed(queue) { return true }
        return false
    }

    /// Whether one of the team is free for one more visitor of this site.
    func isFree(_ site: SupportSite) async throws -> Bool {
        for queue in site.queues where try await isFree(queue) { return true }
        return false
    }
}
