/// Who people are here: registration, sign-in, profiles, the directory, contacts and presence.
package enum Accounts {}
