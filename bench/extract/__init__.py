"""Speed, memory and quality of the reading of PDFs, each beside a peer in the same run."""
