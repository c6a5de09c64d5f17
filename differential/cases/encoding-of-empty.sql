-- The encoding of a database without objects may be set, and wrong ones are refused; later it is ignored, whatever it is.
PRAGMA encoding = 0
PRAGMA encoding = 'utf16'
PRAGMA encoding
PRAGMA encoding = 'UTF-16be'
PRAGMA encoding
