/// A person's picture, as this server made it anew: square, small, without metadata.
package enum ProfilePicture {}
