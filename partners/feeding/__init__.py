"""Scheduled pulls, the child's side: which hosts may be asked, how a bucket or a folder is read, what is taken."""
