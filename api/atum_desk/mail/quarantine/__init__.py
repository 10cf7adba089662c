"""Mail in quarantine: what people see of it and do with it, and the senders they block."""
