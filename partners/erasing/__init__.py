"""The child's side of erasure: who is meant, what names them in files and in rows, and taking it out."""
