"""Messages, EML and MSG, with their attachments; people's names and addresses are left out."""
