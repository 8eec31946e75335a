"""The site: pages as plain Markdown for MkDocs (or Zensical), in every language."""
