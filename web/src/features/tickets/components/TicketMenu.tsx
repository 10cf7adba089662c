import { Menu } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { type Command, keysOf } from "@/lib/commands";
import { IconButton } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { Kbd } from "@/ui/Kbd";
import classes from "./TicketMenu.module.css";

/** What is done with the ticket as a whole: the same verbs that the palette offers, and why one may not be used. */
export function TicketMenu({ commands }: { commands: Command[] }) {
  const { t } = useTranslation();
  const prepare = () => {
    for (const command of commands) command.prepare?.();
  };
  return (
    <Menu position="bottom-end" width={320} onOpen={prepare}>
      <Menu.Target>
        <IconButton icon="dots" label={t("ticket.moreActions")} />
      </Menu.Target>
      <Menu.Dropdown className={classes.list}>
        {commands
          .filter(({ forbidden, why }) => !forbidden || why)
          .map(({ id, icon, key, label, forbidden, why, run }) => (
            <Menu.Item
              key={id}
              // Still reached by the arrows: who cannot use it may read why.
              renderRoot={(props) => <button type="button" {...props} aria-disabled={forbidden} />}
              className={forbidden ? classes.forbidden : undefined}
              closeMenuOnClick={!forbidden}
              leftSection={<Icon name={icon} />}
              rightSection={key && <Kbd hidden>{keysOf(key).join(" ")}</Kbd>}
              onClick={forbidden ? undefined : run}
            >
              {label}
              {forbidden && <small className={classes.why}>{why}</small>}
            </Menu.Item>
          ))}
      </Menu.Dropdown>
    </Menu>
  );
}
