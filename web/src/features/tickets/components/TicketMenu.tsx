import { Menu } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { type Command, keysOf } from "@/lib/commands";
import { IconButton } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { Kbd } from "@/ui/Kbd";

/** What is done with the ticket as a whole: the same verbs that the palette offers. */
export function TicketMenu({ commands }: { commands: Command[] }) {
  const { t } = useTranslation();
  const prepare = () => {
    for (const command of commands) command.prepare?.();
  };
  return (
    <Menu position="bottom-end" width={280} onOpen={prepare}>
      <Menu.Target>
        <IconButton icon="dots" label={t("ticket.moreActions")} />
      </Menu.Target>
      <Menu.Dropdown>
        {commands
          .filter((command) => !command.forbidden)
          .map((command) => (
            <Menu.Item
              key={command.id}
              leftSection={<Icon name={command.icon} />}
              rightSection={command.key && <Kbd hidden>{keysOf(command.key).join(" ")}</Kbd>}
              onClick={command.run}
            >
              {command.label}
            </Menu.Item>
          ))}
      </Menu.Dropdown>
    </Menu>
  );
}
