/// What the document and the page of the API say about webhooks: an address that was given with `makeWebhook` is told so.
extension WebhookEvent {
    /// For the document's reader.
    var meaning: String {
        switch self {
        case .enquiryCreated: "A visitor asked: somebody waits."
        case .enquiryAssigned: "Somebody of the team has it now."
        case .enquiryHandedOver: "A program handed it over to people."
        case .enquiryTransferred: "It was passed on, to another queue or person."
        case .enquiryTakenOver: "A supervisor took it over."
        case .enquiryReleased: "Whose it was is gone: it waits again."
        case .enquiryClosed: "It has ended."
        case .messageSent: "Somebody said something: the visitor, the team or a program."
        }
    }
}

extension WebhookTold {
    static let headers = [
        (name: "webhook-id", meaning: "The same at each attempt: what came before under it is known already."),
        (name: "webhook-timestamp", meaning: "Seconds since 1970 of this attempt. Refuse what is older than five minutes."),
        (
            name: "webhook-signature",
            meaning: "`v1,` and the HMAC-SHA256 of id, timestamp and body, joined by dots, in base 64, under the bytes of the secret after "
                + "`whsec_`. Two, with a space between, for a day after a rotation: one good one is enough."
        ),
    ]

    static let example: APIValue = [
        "type": "message.sent", "timestamp": "2026-12-25T09:00:00Z",
        "data": [
            "enquiry": "06h03r2289vfq4txmb7cbb54fc", "queue": "06h03q9q2ht79cszzv61x06xyw", "site": "06h03q9q2hrtn09g702qyvk09c",
            "sequence": 2, "part": "visitor",
        ],
    ]
}

extension OpenAPI {
    /// By the names of the events, as OpenAPI 3.1 has them.
    static var webhooks: APIValue {
        let parameters = WebhookTold.headers.map { header -> APIValue in
            [
                "name": .text(header.name), "in": "header", "required": true, "description": .text(header.meaning),
                "schema": ["type": "string"],
            ]
        }
        let body: APIValue = ["schema": APISchema.of(WebhookTold.self).json(isStrict: false), "example": WebhookTold.example]
        var all: [String: APIValue] = [:]
        for event in WebhookEvent.allCases {
            let post: APIValue = [
                "operationId": .text(event.rawValue), "summary": .text(event.meaning), "security": [], "parameters": .list(parameters),
                "requestBody": ["required": true, "content": ["application/json": body]],
                "responses": [
                    "2XX": ["description": "Heard."],
                    "default": ["description": "Not heard: it comes again, for a day, with growing pauses."],
                ],
            ]
            all[event.rawValue] = ["post": post]
        }
        return .object(all)
    }
}
