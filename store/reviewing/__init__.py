"""What reviewers do: their queue, what they are shown of an entry, and what they decide."""
