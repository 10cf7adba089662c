"""What routes share of the web framework; nothing below a route imports this."""
