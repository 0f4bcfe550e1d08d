package import Web

extension Desk {
    package var routes: [Route] { widgetRoutes + siteRoutes + queueRoutes + reportRoutes + wallboardRoutes }
}
