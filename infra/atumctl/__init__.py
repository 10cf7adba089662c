"""atumctl: installs, watches, backs up, upgrades and removes ATUM DESK on a server.

Standard library only, and it never imports the application: it must work when that is broken.
"""
