package import Web

extension Desk {
    package var routes: [Route] { widgetRoutes + inboxRoutes + siteRoutes + queueRoutes + reportRoutes + wallboardRoutes }
}
