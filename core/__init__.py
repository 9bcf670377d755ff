"""What every room shares: records, settings, errors, keys, text, the archive; imports no room."""
