"""How long reviewers wait for the next entry and its page, over HTTP."""
