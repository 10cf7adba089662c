"""The inverses of steps by their kind: what a journal names, this does.

The kinds stand in journals that other releases wrote: one is never renamed.
"""

from __future__ import annotations

from atumctl.core.journal import Inverses
from atumctl.steps import database, files, nginx, packages, release, units, user

INVERSES: Inverses = {
    "disable_unit": units.disable_unit,
    "drop_database": database.drop_database,
    "drop_roles": database.drop_roles,
    "enable_unit": units.enable_again,
    "forget_site": nginx.forget_site,
    "purge_packages": packages.purge_packages,
    "reload_nginx": nginx.reload_nginx,
    "reload_systemd": units.reload_systemd,
    "remove_new_folders": files.remove_new_folders,
    "remove_folder": files.remove_folder,
    "remove_release": release.remove_release,
    "remove_user": user.remove_user,
    "restore_file": files.restore_file,
    "restore_folder_mode": files.restore_folder_mode,
    "restore_role_password": database.restore_role_password,
    "restart_running": units.restart_again,
    "restore_tree_owner": files.restore_tree_owner,
    "stop_unit": units.stop_unit,
    "nothing": lambda inverse: None,
}
