"""Read models of the pages: each asks its few questions and answers with plain objects a template can draw."""
