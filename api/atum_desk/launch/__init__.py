"""The embedded default: everything `./atum` starts on one machine without preparation."""
