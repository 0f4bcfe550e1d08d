import Foundation
import TestKit
import Testing
import Web

@testable import Server

/// **What a person does by a page, a program does by the API, or `docs/api.md` says why not.** Every route that changes something, every
/// page of the desk that shows something and every live command stands here once: with the operations that do the same, or with the heading
/// of the reason.
@Suite(.timeLimit(.minutes(2))) struct ProgramParityTests {
    private struct Line {
        let action: String
        var operations: [String] = []
        var reason: String?

        init?(_ text: Substring) {
            let line = text.trimmingCharacters(in: .whitespaces)
            if let split = line.range(of: " = ") {
                action = String(line[..<split.lowerBound])
                operations = line[split.upperBound...].split(separator: " ").map(String.init)
            } else if let split = line.range(of: " - ") {
                action = String(line[..<split.lowerBound])
                reason = String(line[split.upperBound...])
            } else {
                return nil
            }
        }
    }

    @Test("every act of a person is an operation for programs, or there is a reason why it is none")
    func parity() async throws {
        try await TestHouse.run { house in
            let (house, lines) = (house.house, Self.table.split(separator: "\n").compactMap(Line.init))
            let acts = house.routes.filter { $0.method == .get ? Self.shows($0.path) : !$0.path.hasPrefix("/api/") }.map {
                "\($0.method) \($0.path)"
            }
            let handlers =
                house.people.liveHandlers + house.conversations.liveHandlers + house.calls.liveHandlers + house.desk.liveHandlers
                + house.desk.searchHandlers
            let all = Set(acts + handlers.map(\.type) + ["ping", "presence.set"])
            #expect(all.subtracting(lines.map(\.action)).sorted() == [], "neither an operation nor a reason")
            #expect(Set(lines.map(\.action)).subtracting(all).sorted() == [], "nobody can do this")
            #expect(lines.count == Set(lines.map(\.action)).count, "something stands twice")
            let operations = Set(house.desk.operations.map(\.name))
            #expect(Set(lines.flatMap(\.operations)).subtracting(operations).sorted() == [], "no such operation")
            let document = try String(contentsOfFile: Repository.path + "/docs/api.md", encoding: .utf8)
            for reason in Set(lines.compactMap(\.reason)) { #expect(document.contains("| \(reason) |"), "a reason that is not told") }
        }
    }

    /// Pages of the desk, which a program reads without their looks.
    private static func shows(_ path: String) -> Bool { path == "/desk" || path.hasPrefix("/desk/") }

    private static let table = """
        GET /desk = listEnquiries
        GET /desk/wallboard = readWallboard listAgents
        GET /desk/reports = readReport
        GET /desk/reports.csv = readReport
        GET /desk/words = listSavedReplies listWrapUps
        GET /desk/words/{reply} = listSavedReplies
        GET /desk/administration = listSites listQueues
        GET /desk/administration/fields = listFields
        GET /desk/administration/identity - Tokens and secrets
        GET /desk/administration/import - Bringing in what was elsewhere
        GET /desk/administration/invitations = readInvitations
        GET /desk/administration/questions = readQuestions
        GET /desk/administration/tokens - Tokens and secrets
        GET /desk/administration/webhooks = listWebhooks listFailures
        GET /desk/administration/queues = listQueues
        GET /desk/administration/queues/{queue} = listQueues listAgents
        GET /desk/administration/queues/{queue}/rules = readRules readHours
        GET /desk/administration/sites/{site} = readSite
        GET /desk/administration/sites/{site}/identity - Tokens and secrets
        GET /desk/administration/sites/{site}/invitations = readInvitations
        GET /desk/administration/sites/{site}/invitations/{rule} = readInvitations
        GET /desk/administration/sites/{site}/questions = readQuestions
        GET /desk/administration/sites/{site}/questions/{rule} = readQuestions
        GET /desk/administration/skills = listSkills listAgents
        GET /desk/administration/skills/{person} = readAgent
        POST /attachments = beginAttachment
        PATCH /attachments/{attachment} = sendPiece
        DELETE /attachments/{attachment} = dropAttachment
        POST /desk/administration/webhooks = makeWebhook
        POST /desk/administration/webhooks/{webhook}/rotate = rotateWebhook
        POST /desk/administration/webhooks/{webhook}/remove = removeWebhook
        POST /desk/administration/webhooks/failures/{delivery}/replay = replayDelivery
        POST /desk/words/{reply} = changeSavedReply
        POST /desk/administration/tokens - Tokens and secrets
        POST /desk/administration/tokens/{token}/revoke - Tokens and secrets
        POST /administration/invitations - Who has which role
        POST /administration/members/{person}/role - Who has which role
        POST /administration/members/{person}/suspend - Who has which role
        POST /administration/members/{person}/restore - Who has which role
        POST /administration/outbox/{letter}/retry - Who has which role
        POST /administration/outbox/{letter}/discard - Who has which role
        POST /administration/invitations/{invitation}/revoke - Who has which role
        POST /administration/registration - Who has which role
        POST /confirm-email/{token} - A person's own account
        POST /contacts/ask - A person's own account
        POST /contacts/asked/{request}/withdraw - A person's own account
        POST /join/{secret} - Calls
        POST /desk/words = saveReply
        POST /desk/words/{reply}/remove = removeSavedReply
        POST /desk/words/wrap-ups = makeWrapUp
        POST /desk/words/wrap-ups/{code}/remove = removeWrapUp
        POST /desk/administration/sites = makeSite
        POST /desk/administration/sites/{site} = changeSite
        POST /desk/administration/queues = makeQueue
        POST /desk/administration/queues/{queue} = changeQueue
        POST /desk/administration/queues/{queue}/rules = changeRules changeHours
        POST /desk/administration/sites/{site}/invitations = changeInvitations
        POST /desk/administration/sites/{site}/questions = changeQuestions
        POST /desk/administration/sites/{site}/invitations/{rule} = changeInvitations
        POST /desk/administration/sites/{site}/questions/{rule} = changeQuestions
        POST /desk/administration/sites/{site}/invitations/{rule}/up = changeInvitations
        POST /desk/administration/sites/{site}/invitations/{rule}/down = changeInvitations
        POST /desk/administration/sites/{site}/invitations/{rule}/remove = changeInvitations
        POST /desk/administration/sites/{site}/questions/{rule}/up = changeQuestions
        POST /desk/administration/sites/{site}/questions/{rule}/down = changeQuestions
        POST /desk/administration/sites/{site}/questions/{rule}/remove = changeQuestions
        POST /desk/administration/sites/{site}/identity - Tokens and secrets
        POST /desk/administration/sites/{site}/identity/drop - Tokens and secrets
        POST /desk/administration/sites/{site}/identity/withdraw - Tokens and secrets
        POST /desk/administration/skills/{person} = changeAgent
        POST /desk/administration/queues/{queue}/agents = addAgent
        POST /desk/administration/queues/{queue}/agents/{person}/remove = removeAgent
        POST /guest-links - Calls
        POST /guest-links/{link}/revoke - Calls
        POST /notices/read - A person's own account
        POST /owner/{token} - Who has which role
        POST /people/{person}/ask - A person's own account
        POST /people/{person}/accept - A person's own account
        POST /people/{person}/decline - A person's own account
        POST /people/{person}/remove - A person's own account
        POST /people/{person}/block - A person's own account
        POST /people/{person}/unblock - A person's own account
        POST /recover - A person's own account
        POST /recover/{token} - A person's own account
        POST /settings/devices/others - A person's own account
        POST /settings/devices/{session}/revoke - A person's own account
        POST /settings/language - A person's own account
        POST /settings/privacy - A person's own account
        POST /settings/profile - A person's own account
        POST /settings/profile/picture - A person's own account
        POST /settings/profile/picture/remove - A person's own account
        POST /settings/security/email - A person's own account
        POST /settings/security/email/again - A person's own account
        POST /settings/security/passkeys - A person's own account
        POST /settings/security/passkeys/{passkey}/name - A person's own account
        POST /settings/security/passkeys/order - A person's own account
        POST /settings/security/passkeys/question - A person's own account
        POST /settings/security/passkeys/{passkey}/remove - A person's own account
        POST /settings/security/password - A person's own account
        POST /settings/security/recovery-codes - A person's own account
        POST /settings/security/second-factor - A person's own account
        POST /settings/security/second-factor/off - A person's own account
        POST /sign-in - A person's own account
        POST /sign-in/passkey - A person's own account
        POST /sign-in/passkey/question - A person's own account
        POST /sign-in/second-factor - A person's own account
        POST /sign-in/second-factor/passkey - A person's own account
        POST /sign-up - A person's own account
        POST /widget/{key}/enquiries - What a visitor does
        POST /enquiry/consent/withdraw - What a visitor does
        POST /enquiry/forget - What a visitor does
        POST /enquiry/rating - What a visitor does
        POST /enquiry/transcript - What a visitor does
        POST /widget/{key}/here - Visitors who chose to be seen
        POST /sign-up/passkey - A person's own account
        POST /sign-out - A person's own account
        message.send = sendMessage
        message.edit = editMessage
        message.withdraw = withdrawMessage
        note.add = addNote
        conversation.see - Being there
        conversation.type - Being there
        conversation.open = listMessages
        attachment.open = linkAttachment
        conversation.older = listMessages
        agent.status = setAgentStatus
        offer.accept - Being there
        offer.decline - Being there
        call.offer - Calls
        call.answerOffer - What a visitor does
        conversation.search = search
        visitors.list - Visitors who chose to be seen
        visitors.invite - Visitors who chose to be seen
        enquiry.open = listMessages
        enquiry.take = assignEnquiry
        enquiry.close = closeEnquiry
        enquiry.takeOver = assignEnquiry
        enquiry.card = readVisitor readEnquiry
        enquiry.leave - Being there
        enquiry.transfer = transferEnquiry assignEnquiry
        enquiry.invite = inviteAgent
        enquiry.mention = inviteAgent addNote
        enquiry.snooze = snoozeEnquiry
        enquiry.rouse = rouseEnquiry
        enquiry.tag = tagEnquiry
        enquiry.wrapUp = wrapUpEnquiry
        enquiry.merge = mergeEnquiry
        enquiry.block = blockVisitor
        enquiry.fill = fillField
        POST /desk/administration/fields = makeField
        POST /desk/administration/fields/{field}/remove = removeField
        desk.inbox = listEnquiries
        desk.line = readEnquiry
        desk.overview = listAgents listQueues listSavedReplies listWrapUps
        call.ring - Calls
        call.join - Calls
        call.accept - Calls
        call.decline - Calls
        call.hangUp - Calls
        call.signal - Calls
        call.contacts - Calls
        call.add - Calls
        call.addAnswer - Calls
        call.addCancel - Calls
        call.heard - Calls
        notices.read - A person's own account
        POST /meetings - Calls
        POST /meetings/{meeting}/end - Calls
        POST /meetings/plan - Calls
        POST /join/{secret}/reminder - Calls
        POST /meetings/{meeting}/plan - Calls
        POST /meetings/{meeting}/dates/{date} - Calls
        POST /meetings/{meeting}/cancel - Calls
        meeting.enter - Calls
        meeting.publish - Calls
        meeting.accept - Calls
        meeting.check - Calls
        meeting.checkAccept - Calls
        meeting.checkEnd - Calls
        meeting.view - Calls
        meeting.tracks - Calls
        meeting.hand - Calls
        meeting.say - Calls
        meeting.react - Calls
        meeting.poll - Calls
        meeting.pollAnswer - Calls
        meeting.pollClose - Calls
        meeting.caption - Calls
        meeting.captioner - Calls
        meeting.ask - Calls
        meeting.door - Calls
        meeting.lock - Calls
        meeting.webinar - Calls
        meeting.leave - Calls
        meeting.admit - Calls
        meeting.refuse - Calls
        meeting.mute - Calls
        meeting.role - Calls
        meeting.remove - Calls
        meeting.end - Calls
        ping - Being there
        presence.set - Being there
        """
}
