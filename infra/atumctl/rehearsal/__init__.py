"""A new release tried on a copy of the site, before it touches the desk."""
