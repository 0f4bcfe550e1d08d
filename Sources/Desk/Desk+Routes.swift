package import Web

extension Desk {
    package var routes: [Route] {
        widgetRoutes + visitorRoutes + hereRoutes + inboxRoutes + siteRoutes + queueRoutes + reportRoutes + wallboardRoutes + rulesRoutes
            + tokenRoutes + apiRoutes + webhookRoutes + invitationRoutes + questionRoutes + identityRoutes + skillRoutes
            + consentRoutes + importRoutes + fieldRoutes
    }
}
