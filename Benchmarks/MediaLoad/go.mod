module media-load
