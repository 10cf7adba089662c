"""Processes of one service: forks, sockets passed in, signals, the service manager."""
