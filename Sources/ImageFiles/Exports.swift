// Whoever reads or writes a file meets its errors.
@_exported public import Files
