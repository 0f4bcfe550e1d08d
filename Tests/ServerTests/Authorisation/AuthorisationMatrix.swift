import HTTPTypes

/// **Who may do what, as data**: every route of the assembled server, and the status each kind of person gets.
///
/// 303 on a page for a visitor leads to the sign-in page; 401 wants somebody signed in; 403 wants another role; 404 hides what is not
/// theirs to see; 400 and 422 mean that the door was open and the empty form behind it was not enough.
/// Lines run from top to bottom, so a line may use what an earlier one left behind.
///
/// `{person:dan}` is a parameter with the name of what stands for it in `AuthorisationTests`; what follows `<` is the form that is sent.
enum AuthorisationMatrix {
    /// The columns. Those with a role have a second factor. Ana is a contact of Ben,
    /// whom `{person}` stands for; nobody else is. Cleo is the guest of Ana's call.
    enum Role: Int, CaseIterable {
        case nobody, guest, member, withoutContacts, administrator, privacyOfficer, owner
    }

    struct Line {
        let method: HTTPRequest.Method
        /// As the route declares it.
        let route: String
        /// As it is asked for, each parameter with the name of what stands for it.
        let path: String
        /// In the order of the roles.
        let statuses: [Int]
        let form: String

        func status(_ role: Role) -> Int { statuses[role.rawValue] }

        init?(_ text: Substring) {
            let (head, form) = text.firstIndex(of: "<").map { (text[..<$0], text[text.index(after: $0)...]) } ?? (text, "")
            let words = head.split(separator: " ").map(String.init)
            guard words.count == 2 + Role.allCases.count, let method = HTTPRequest.Method(words[0]) else { return nil }
            self.method = method
            path = words[1]
            route = words[1].replacing(/:[a-z]+}/, with: "}")
            statuses = words[2...].compactMap(Int.init)
            self.form = form.trimmingPrefix(" ").description
        }
    }

    static var lines: [Line] { table.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap(Line.init) }

    private static let table = """
        #    address                                           nobody guest  member loner  admin  office owner   form
        GET  /                                                 200    200    200    200    200    200    200
        GET  /.well-known/change-password                      303    303    303    303    303    303    303
        GET  /administration                                   303    303    403    403    200    403    200
        GET  /administration/outbox                            303    303    403    403    403    403    200
        GET  /api/v1/webhooks                                   303    303    403    403    200    403    200
        GET  /api/v1/webhooks/{webhook}/failures                303    303    403    403    404    403    404
        GET  /desk/administration/webhooks                      303    303    403    403    200    403    200
        GET  /api/v1/sites                                      303    303    403    403    200    403    200
        GET  /api/v1/queues                                     303    303    403    403    200    403    200
        GET  /api/v1/agents                                     303    303    403    403    200    403    200
        GET  /api/v1/agents/{agent}                             303    303    403    403    404    403    404
        GET  /api/v1/enquiries/{enquiry}/attachments            303    303    403    403    404    403    404
        GET  /api/v1/attachments/{attachment}                   303    303    403    403    404    403    404
        GET  /api/v1/attachments/{attachment}/link              303    303    403    403    404    403    404
        GET  /api/v1/sites/{site}                               303    303    403    403    200    403    200
        GET  /api/v1/sites/{site}/questions                     303    303    403    403    200    403    200
        GET  /api/v1/sites/{site}/invitations                   303    303    403    403    200    403    200
        GET  /desk/words/{reply}                                303    303    403    403    404    403    404
        GET  /api/v1/fields                                     303    303    403    403    200    403    200
        GET  /desk/administration/fields                        303    303    403    403    200    403    200
        GET  /api/v1/skills                                     303    303    403    403    200    403    200
        GET  /api/v1/queues/{queue}/rules                       303    303    403    403    200    403    200
        GET  /api/v1/queues/{queue}/hours                       303    303    403    403    200    403    200
        GET  /api/v1/enquiries                                  303    303    403    403    200    403    200
        GET  /api/v1/enquiries/{enquiry}                        303    303    403    403    404    403    404
        GET  /api/v1/enquiries/{enquiry}/messages               303    303    403    403    404    403    404
        GET  /api/v1/reports                                    303    303    403    403    200    403    200
        GET  /api/v1/wallboard                                  303    303    403    403    200    403    200
        GET  /api/v1/saved-replies                              303    303    403    403    200    403    200
        GET  /api/v1/wrap-ups                                   303    303    403    403    200    403    200
        GET  /api/v1/visitors/{visitor}                         303    303    403    403    404    403    404
        GET  /desk/administration/tokens                        303    303    403    403    200    403    200
        GET  /api                                               200    200    200    200    200    200    200
        GET  /api/v1/openapi.json                               200    200    200    200    200    200    200
        GET  /administration/registration                      303    303    403    403    200    403    200
        GET  /assets/{fingerprint}/**                          200    200    200    200    200    200    200
        GET  /attachments/{attachment}                         404    404    404    404    404    404    404
        GET  /attachments/{attachment}/offset                  303    303    403    403    404    404    404
        POST /attachments                                      401    401    403    403    400    400    400
        PATCH /attachments/{attachment}                        401    401    403    403    400    400    400
        DELETE /attachments/{attachment}                       401    401    403    403    404    404    404
        GET  /calls/preview                                    303    303    200    200    200    200    200
        GET  /calls/relay                                      303    200    200    200    200    200    200
        GET  /calls/{call}                                     303    200    200    404    404    404    404
        GET  /confirm-email/{token}                            410    410    410    410    410    410    410
        GET  /desk                                             303    303    403    403    200    403    200
        GET  /desk/words                                       303    303    403    403    200    403    200
        GET  /desk/administration                              303    303    403    403    200    403    200
        GET  /desk/administration/queues                       303    303    403    403    200    403    200
        GET  /desk/administration/queues/{queue}               303    303    403    403    200    403    200
        GET  /desk/administration/queues/{queue}/rules         303    303    403    403    200    403    200
        GET  /desk/administration/sites/{site}                 303    303    403    403    200    403    200
        GET  /desk/administration/invitations                   303    303    403    403    303    403    303
        GET  /desk/administration/questions                     303    303    403    403    303    403    303
        GET  /desk/administration/identity                      303    303    403    403    303    403    303
        GET  /desk/administration/sites/{site}/invitations      303    303    403    403    200    403    200
        GET  /desk/administration/sites/{site}/questions        303    303    403    403    200    403    200
        GET  /desk/administration/sites/{site}/identity         303    303    403    403    200    403    200
        GET  /desk/administration/sites/{site}/invitations/{rule} 303    303    403    403    404    403    404
        GET  /desk/administration/sites/{site}/questions/{rule} 303    303    403    403    404    403    404
        GET  /desk/administration/skills                        303    303    403    403    200    403    200
        GET  /desk/administration/skills/{person:dan}           303    303    403    403    404    403    404
        GET  /desk/administration/import                        303    303    403    403    200    403    200
        GET  /desk/reports                                     303    303    403    403    200    403    200
        GET  /desk/reports.csv                                 303    303    403    403    200    403    200
        GET  /desk/wallboard                                   303    303    403    403    200    403    200
        GET  /directory                                        303    303    200    200    200    200    200
        GET  /goodbye                                          200    200    200    200    200    200    200
        GET  /guest-links                                      303    303    200    200    200    200    200
        GET  /health/live                                      200    200    200    200    200    200    200
        GET  /health/ready                                     200    200    200    200    200    200    200
        GET  /leave                                            400    400    400    400    400    400    400
        GET  /join/{secret}                                    200    200    200    200    200    200    200
        GET  /join/{secret}/calendar                           404    404    404    404    404    404    404
        GET  /meetings                                         303    303    200    200    200    200    200
        GET  /meetings/{meeting}                               303    404    200    404    404    404    404
        GET  /meetings/plan                                    303    303    200    200    200    200    200
        GET  /meetings/{meeting}/plan                          303    303    404    404    404    404    404
        GET  /meetings/{meeting}/dates                         303    303    404    404    404    404    404
        GET  /meetings/{meeting}/dates/{date}                  303    303    404    404    404    404    404
        GET  /metrics                                          200    200    200    200    200    200    200
        GET  /notices                                          303    303    200    200    200    200    200
        GET  /notices/{sequence}                               303    303    200    200    200    200    200
        GET  /owner/{token}                                    410    410    410    410    410    410    410
        GET  /people/{person}                                  303    303    200    404    404    404    404
        GET  /people/{person}/call                             303    303    303    404    404    404    404
        GET  /people/{person}/picture/{picture}                303    303    200    404    404    404    404
        GET  /privacy                                          200    200    200    200    200    200    200
        GET  /recover                                          200    200    200    200    200    200    200
        GET  /recover/{token}                                  410    410    410    410    410    410    410
        GET  /robots.txt                                       200    200    200    200    200    200    200
        GET  /settings/devices                                 303    303    200    200    200    200    200
        GET  /settings/privacy                                 303    303    200    200    200    200    200
        GET  /settings/profile                                 303    303    200    200    200    200    200
        GET  /settings/security                                303    303    200    200    200    200    200
        GET  /sign-in                                          200    200    303    303    303    303    303
        GET  /sign-in/second-factor                            303    303    303    303    303    303    303
        GET  /sign-up                                          200    200    303    303    303    303    303
        GET  /widget/{key}                                      200    200    200    200    200    200    200
        GET  /widget/{key}/availability                         200    200    200    200    200    200    200
        GET  /widget/{key}/availability.js                      200    200    200    200    200    200    200
        GET  /widget/{key}/invitations.js                       200    200    200    200    200    200    200
        GET  /widget/{key}/loader.js                            200    200    200    200    200    200    200
        GET  /widget/{key}/return                               200    200    200    200    200    200    200
        GET  /enquiry                                           303    303    403    403    403    403    403
        GET  /enquiry/copy                                      303    303    403    403    403    403    403
        POST /api/v1/enquiries/{enquiry}/messages               401    401    403    403    415    403    415
        POST /api/v1/enquiries/{enquiry}/notes                  401    401    403    403    415    403    415
        POST /api/v1/enquiries/{enquiry}/close                  401    401    403    403    404    403    404
        POST /api/v1/enquiries/{enquiry}/assign                 401    401    403    403    415    403    415
        POST /api/v1/enquiries/{enquiry}/transfer               401    401    403    403    415    403    415
        PUT  /api/v1/enquiries/{enquiry}/tags                   401    401    403    403    415    403    415
        POST /api/v1/enquiries/{enquiry}/invite                 401    401    403    403    415    403    415
        POST /api/v1/enquiries/{enquiry}/snooze                 401    401    403    403    415    403    415
        POST /api/v1/enquiries/{enquiry}/rouse                  401    401    403    403    404    403    404
        PUT  /api/v1/enquiries/{enquiry}/wrap-up                401    401    403    403    415    403    415
        POST /api/v1/enquiries/{enquiry}/merge                  401    401    403    403    415    403    415
        POST /api/v1/enquiries/{enquiry}/block                  401    401    403    403    404    403    404
        POST /api/v1/saved-replies                              401    401    403    403    415    403    415
        PUT  /api/v1/saved-replies/{reply}                      401    401    403    403    415    403    415
        DELETE /api/v1/saved-replies/{reply}                      401    401    403    403    404    403    404
        POST /api/v1/wrap-ups                                   401    401    403    403    415    403    415
        DELETE /api/v1/wrap-ups/{outcome}                         401    401    403    403    404    403    404
        DELETE /api/v1/visitors/{visitor}                       401    401    403    403    404    403    404
        POST /api/v1/webhooks                                   401    401    403    403    415    403    415
        DELETE /api/v1/webhooks/{webhook}                         401    401    403    403    404    403    404
        POST /api/v1/webhooks/{webhook}/rotate                  401    401    403    403    404    403    404
        POST /api/v1/webhooks/{webhook}/failures/{delivery}/replay 401    401    403    403    404    403    404
        POST /desk/administration/webhooks                      401    401    403    403    422    403    422
        POST /desk/administration/webhooks/{webhook}/rotate     401    401    403    403    404    403    404
        POST /desk/administration/webhooks/{webhook}/remove     401    401    403    403    404    403    404
        POST /desk/administration/webhooks/failures/{delivery}/replay 401    401    403    403    404    403    404
        PUT  /api/v1/queues/{queue}/bot                         401    401    403    403    403    403    403
        DELETE /api/v1/queues/{queue}/bot                         401    401    403    403    403    403    403
        POST /api/v1/enquiries/{enquiry}/handover               401    401    403    403    403    403    403
        POST /api/v1/queues                                     401    401    403    403    415    403    415
        PUT  /api/v1/queues/{queue}                             401    401    403    403    415    403    415
        PUT  /api/v1/queues/{queue}/rules                       401    401    403    403    415    403    415
        PUT  /api/v1/queues/{queue}/hours                       401    401    403    403    415    403    415
        POST /api/v1/queues/{queue}/agents                      401    401    403    403    415    403    415
        DELETE /api/v1/queues/{queue}/agents/{agent}              401    401    403    403    404    403    404
        PUT  /api/v1/agents/{agent}                             401    401    403    403    415    403    415
        PUT  /api/v1/agents/{agent}/status                      401    401    403    403    415    403    415
        POST /api/v1/enquiries/{enquiry}/attachments            401    401    403    403    415    403    415
        PATCH /api/v1/attachments/{attachment}                   401    401    403    403    415    403    415
        DELETE /api/v1/attachments/{attachment}                  401    401    403    403    404    403    404
        PUT  /api/v1/enquiries/{enquiry}/messages/{sequence}    401    401    403    403    415    403    415
        DELETE /api/v1/enquiries/{enquiry}/messages/{sequence}   401    401    403    403    404    403    404
        PUT  /api/v1/sites/{site}/questions                     401    401    403    403    415    403    415
        PUT  /api/v1/sites/{site}/invitations                   401    401    403    403    415    403    415
        POST /desk/words/{reply}                                401    401    403    403    404    403    404
        POST /api/v1/fields                                     401    401    403    403    415    403    415
        DELETE /api/v1/fields/{field}                            401    401    403    403    404    403    404
        PUT  /api/v1/enquiries/{enquiry}/fields/{field}         401    401    403    403    415    403    415
        POST /desk/administration/fields                        401    401    403    403    422    403    422
        POST /desk/administration/fields/{field}/remove         401    401    403    403    404    403    404
        POST /api/v1/search                                     401    401    403    403    415    403    415
        POST /api/v1/sites                                      401    401    403    403    415    403    415
        PUT  /api/v1/sites/{site}                               401    401    403    403    415    403    415
        POST /desk/administration/tokens                        401    401    403    403    422    403    422
        POST /desk/administration/tokens/{token:api}/revoke     401    401    403    403    404    403    404
        POST /administration/invitations                       401    401    403    403    200    403    200     < email=
        POST /administration/members/{person:dan}/role         401    401    403    403    403    403    303     < role=member
        POST /administration/members/{person:dan}/suspend      401    401    403    403    303    403    303
        POST /administration/members/{person:dan}/restore      401    401    403    403    303    403    303
        POST /administration/outbox/{letter}/retry             401    401    403    403    403    403    303
        POST /administration/outbox/{letter}/discard           401    401    403    403    403    403    303
        POST /administration/invitations/{invitation}/revoke   401    401    403    403    303    403    303
        POST /administration/registration                      401    401    403    403    303    403    303     < mode=open
        POST /confirm-email/{token}                            410    410    410    410    410    410    410
        POST /contacts/ask                                     401    401    422    422    422    422    422
        POST /contacts/asked/{request}/withdraw                401    401    303    303    303    303    303
        POST /join/{secret}                                    422    422    422    422    422    422    422
        POST /desk/words                                       401    401    403    403    422    403    422
        POST /desk/words/{reply}/remove                        401    401    403    403    404    403    404
        POST /desk/words/wrap-ups                              401    401    403    403    422    403    422
        POST /desk/words/wrap-ups/{code}/remove                401    401    403    403    404    403    404
        POST /desk/administration/sites                        401    401    403    403    422    403    422
        POST /desk/administration/sites/{site}                 401    401    403    403    422    403    422
        POST /desk/administration/queues                       401    401    403    403    422    403    422
        POST /desk/administration/queues/{queue}               401    401    403    403    422    403    422
        POST /desk/administration/queues/{queue}/rules         401    401    403    403    422    403    422
        POST /desk/administration/sites/{site}/invitations      401    401    403    403    422    403    422
        POST /desk/administration/sites/{site}/questions        401    401    403    403    422    403    422
        POST /desk/administration/sites/{site}/invitations/{rule} 401    401    403    403    422    403    422
        POST /desk/administration/sites/{site}/questions/{rule} 401    401    403    403    422    403    422
        POST /desk/administration/sites/{site}/invitations/{rule}/up 401    401    403    403    303    403    303
        POST /desk/administration/sites/{site}/invitations/{rule}/down 401    401    403    403    303    403    303
        POST /desk/administration/sites/{site}/invitations/{rule}/remove 401    401    403    403    303    403    303
        POST /desk/administration/sites/{site}/questions/{rule}/up 401    401    403    403    303    403    303
        POST /desk/administration/sites/{site}/questions/{rule}/down 401    401    403    403    303    403    303
        POST /desk/administration/sites/{site}/questions/{rule}/remove 401    401    403    403    303    403    303
        POST /desk/administration/sites/{site}/identity         401    401    403    403    200    403    200
        POST /desk/administration/sites/{site}/identity/drop    401    401    403    403    303    403    303
        POST /desk/administration/sites/{site}/identity/withdraw 401    401    403    403    303    403    303
        POST /desk/administration/skills/{person:dan}           401    401    403    403    404    403    404
        POST /desk/administration/queues/{queue}/agents        401    401    403    403    422    403    422
        POST /desk/administration/queues/{queue}/agents/{person:dan}/remove 401 401 403 403    303    403    303
        POST /guest-links                                      401    401    200    200    200    200    200     < lifetime=1&uses=one
        POST /guest-links/{link}/revoke                        401    401    303    404    404    404    404
        POST /meetings                                         401    401    422    422    422    422    422
        POST /join/{secret}/reminder                           401    401    404    404    404    404    404
        POST /meetings/plan                                    401    401    422    422    422    422    422
        POST /meetings/{meeting}/plan                          401    401    404    404    404    404    404
        POST /meetings/{meeting}/dates/{date}                  401    401    404    404    404    404    404
        POST /meetings/{meeting}/cancel                        401    401    404    404    404    404    404
        POST /meetings/{meeting}/end                           401    401    303    404    404    404    404
        POST /notices/read                                     401    401    303    303    303    303    303     < upTo=0
        POST /owner/{token}                                    410    410    410    410    410    410    410
        POST /people/{person:dan}/ask                          401    401    303    303    303    303    303     < introduction=
        POST /people/{person:dan}/accept                       401    401    409    409    409    409    409
        POST /people/{person:dan}/decline                      401    401    303    303    303    303    303
        POST /people/{person:dan}/remove                       401    401    303    303    303    303    303
        POST /people/{person:dan}/block                        401    401    303    303    303    303    303
        POST /people/{person:dan}/unblock                      401    401    303    303    303    303    303
        POST /recover                                          422    422    422    422    422    422    422
        POST /recover/{token}                                  410    410    410    410    410    410    410
        POST /settings/devices/others                          401    401    303    303    303    303    303
        POST /settings/devices/{session}/revoke                401    401    303    303    303    303    303
        POST /settings/language                                303    303    303    303    303    303    303     < language=en&return=%2F
        POST /settings/privacy                                 401    401    422    422    422    422    422
        POST /settings/profile                                 401    401    422    422    422    422    422
        POST /settings/profile/picture                         401    401    422    422    422    422    422
        POST /settings/profile/picture/remove                  401    401    303    303    303    303    303
        POST /settings/security/email                          401    401    422    422    422    422    422
        POST /settings/security/email/again                    401    401    303    303    303    303    303
        POST /settings/security/passkeys                       401    401    422    422    422    422    422
        POST /settings/security/passkeys/{passkey}/name        401    401    404    404    404    404    404     < name=Laptop
        POST /settings/security/passkeys/order                 401    401    200    200    200    200    200
        POST /settings/security/passkeys/question              401    401    200    200    200    200    200
        POST /settings/security/passkeys/{passkey}/remove      401    401    422    422    422    422    422
        POST /settings/security/password                       401    401    422    422    422    422    422
        POST /settings/security/recovery-codes                 401    401    422    422    422    422    422
        POST /settings/security/second-factor                  401    401    422    422    422    422    422
        POST /settings/security/second-factor/off              401    401    422    422    422    422    422
        POST /sign-in                                          422    422    422    422    422    422    422
        POST /sign-in/passkey                                  422    422    422    422    422    422    422
        POST /sign-in/passkey/question                         200    200    200    200    200    200    200
        POST /sign-in/second-factor                            422    422    422    422    422    422    422
        POST /sign-in/second-factor/passkey                    401    401    422    422    422    422    422
        POST /sign-up                                          422    422    303    303    303    303    303
        POST /widget/{key}/enquiries                           415    415    415    415    415    415    415
        POST /enquiry/consent/withdraw                          401    401    403    403    403    403    403
        POST /enquiry/forget                                    401    401    403    403    403    403    403
        POST /enquiry/rating                                    401    401    403    403    403    403    403
        POST /enquiry/transcript                                401    401    403    403    403    403    403
        POST /widget/{key}/here                                 415    415    415    415    415    415    415
        POST /sign-up/passkey                                  200    200    200    200    200    200    200
        POST /sign-out                                         303    303    303    303    303    303    303
        """
}
