/// One-to-one calls: ringing, signalling, guest links. Media goes directly between the browsers.
package enum Calls {}
