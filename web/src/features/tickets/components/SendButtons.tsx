import { Menu } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { StatusCategory, Ticket } from "@/api/types";
import { useStatuses } from "@/features/directory/api";
import { useStored } from "@/lib/stored";
import { Button, SplitButton } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { StatusIcon } from "@/ui/Signs";

type SendButtonsProps = {
  kind: "reply" | "note";
  ticket: Ticket;
  disabled: boolean;
  busy: boolean;
  /** Receives the key of the status to set after sending, if any. */
  onSend: (status?: string) => void;
};

const ways = ["stay", "waiting", "resolved"] as const;
type Way = (typeof ways)[number];

/** The primary action; the way last chosen becomes the button. */
export function SendButtons({ kind, ticket, disabled, busy, onSend }: SendButtonsProps) {
  const { t } = useTranslation();
  const [way, setWay] = useStored<Way>("atum.send", "waiting");
  const keyFor = useStatusKey(ticket);
  const current = way !== "stay" && keyFor(way) ? way : "stay";
  const send = (chosen: Way) => onSend(chosen === "stay" ? undefined : keyFor(chosen));
  if (kind === "note") {
    return (
      <Button look="gold" disabled={disabled} busy={busy} onClick={() => onSend()}>
        {t("composer.addNote")}
      </Button>
    );
  }
  return (
    <SplitButton>
      <Button look="gold" disabled={disabled} busy={busy} onClick={() => send(current)}>
        {t(`composer.send.${current}`)}
      </Button>
      <Menu position="top-end" width={220}>
        <Menu.Target>
          <Button look="gold" disabled={disabled} aria-label={t("composer.otherWays")}>
            <Icon name="down" />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {ways
            .filter((one) => one === "stay" || keyFor(one))
            .map((one) => (
              <Menu.Item
                key={one}
                leftSection={one === "stay" ? <Icon name="send" /> : <StatusIcon category={one} />}
                onClick={() => {
                  setWay(one);
                  send(one);
                }}
              >
                {t(`composer.send.${one}`)}
              </Menu.Item>
            ))}
        </Menu.Dropdown>
      </Menu>
    </SplitButton>
  );
}

/** The status of a category this ticket may go to. */
function useStatusKey(ticket: Ticket) {
  const statuses = useStatuses();
  return (category: StatusCategory): string | undefined =>
    statuses.find(
      (status) => status.category === category && ticket.allowed_statuses.includes(status.key),
    )?.key ?? (ticket.status.category === category ? ticket.status.key : undefined);
}
