import "@/app/pageTexts";
import { Menu } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { ComponentProps } from "react";
import { useTranslation } from "react-i18next";
import { useStatuses } from "@/api/directory";
import type { Ticket } from "@/api/types";
import { useStored } from "@/lib/browserStorage";
import { keysOf } from "@/lib/commands";
import { Button, SplitButton } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { Kbd } from "@/ui/Kbd";
import { StatusIcon } from "@/ui/TicketIcons";
import { type AfterSend, useAfterSend } from "../neighbours";
import { type MailLook, MailLookDialog } from "../outgoing/MailLookDialog";
import { MomentDialog } from "../outgoing/SendTimeDialog";
import { MomentItems } from "../outgoing/SendTimeItems";

const ways = ["stay", "waiting", "resolved"] as const;
type Way = (typeof ways)[number];

/** How this person sends, as last chosen, and the status that sets on this ticket. */
export function useSendWay(ticket: Ticket) {
  const statuses = useStatuses();
  const [chosen, choose] = useStored<Way>("atum.send", "waiting");
  const statusFor = (way: Way): string | undefined => {
    if (way === "stay") return undefined;
    if (ticket.status.category === way) return ticket.status.key;
    return statuses.find(
      (status) => status.category === way && ticket.allowed_statuses.includes(status.key),
    )?.key;
  };
  const colorOf = (way: Way) => statuses.find(({ key }) => key === statusFor(way))?.color;
  const offered = ways.filter((way) => way === "stay" || statusFor(way) !== undefined);
  const current = offered.includes(chosen) ? chosen : "stay";
  return { current, offered, choose, statusFor, colorOf, status: statusFor(current) };
}

type SendButtonsProps = {
  kind: "reply" | "note";
  way: ReturnType<typeof useSendWay>;
  disabled: boolean;
  busy: boolean;
  /** Where the requester's clocks are, if that is known. */
  theirZone?: string | null;
  /** Receives the key of the status to set, when it shall leave, its look, and where to go once it is sent. */
  onSend: (status?: string, at?: Date, look?: MailLook, then?: AfterSend) => void;
};

/** The primary action; the way last chosen becomes the button. */
export function SendButtons({ kind, way, disabled, busy, theirZone, onSend }: SendButtonsProps) {
  const { t } = useTranslation();
  const [asking, ask] = useDisclosure(false);
  const [looking, look] = useDisclosure(false);
  const { usual } = useAfterSend();
  if (kind === "note") {
    return (
      <SplitButton>
        <Button look="gold" disabled={disabled} busy={busy} onClick={() => onSend()}>
          {t("composer.addNote")}
        </Button>
        <Menu position="top-end" width={280}>
          <Menu.Target>
            <OtherWays disabled={disabled} />
          </Menu.Target>
          <Menu.Dropdown>
            <ThenItems
              usual="stay"
              onChoose={(then) => onSend(undefined, undefined, undefined, then)}
            />
          </Menu.Dropdown>
        </Menu>
      </SplitButton>
    );
  }
  const sendIn = (chosen: Way) => {
    way.choose(chosen);
    onSend(way.statusFor(chosen));
  };
  return (
    <SplitButton>
      <Button
        look="gold"
        disabled={disabled}
        busy={busy}
        title={t(`afterSend.does.${usual}`)}
        onClick={() => onSend(way.status)}
      >
        {t(`composer.send.${way.current}`)}
      </Button>
      <Menu position="top-end" width={280}>
        <Menu.Target>
          <OtherWays disabled={disabled} />
        </Menu.Target>
        <Menu.Dropdown>
          {way.offered.map((one) => (
            <Menu.Item
              key={one}
              leftSection={
                one === "stay" ? (
                  <Icon name="send" />
                ) : (
                  <StatusIcon category={one} color={way.colorOf(one)} />
                )
              }
              onClick={() => sendIn(one)}
            >
              {t(`composer.send.${one}`)}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <ThenItems
            usual={usual}
            onChoose={(then) => onSend(way.status, undefined, undefined, then)}
          />
          <Menu.Divider />
          <MomentItems
            theirZone={theirZone}
            onChoose={(at) => onSend(way.status, at)}
            onAsk={ask.open}
          />
          <Menu.Divider />
          <Menu.Item leftSection={<Icon name="mail" />} onClick={look.open}>
            {t("outgoing.chooseLook")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {asking && (
        <MomentDialog opened onClose={ask.close} onChoose={(at) => onSend(way.status, at)} />
      )}
      {looking && (
        <MailLookDialog
          sendLabel={t(`composer.send.${way.current}`)}
          onClose={look.close}
          onChoose={(chosen) => onSend(way.status, undefined, chosen)}
        />
      )}
    </SplitButton>
  );
}

/** The arrow of a split button; a menu gives it its reference and what opens it. */
function OtherWays(props: ComponentProps<typeof Button>) {
  const { t } = useTranslation();
  return (
    <Button {...props} look="gold" aria-label={t("composer.otherWays")}>
      <Icon name="down" />
    </Button>
  );
}

const thens = ["stay", "next", "list"] as const;

/** Where to go this once. */
function ThenItems({ usual, onChoose }: { usual: AfterSend; onChoose: (then: AfterSend) => void }) {
  const { t } = useTranslation();
  const ways = {
    stay: t("afterSend.stay"),
    next: t("afterSend.next"),
    list: t("afterSend.list"),
  };
  return (
    <>
      <Menu.Label>{t("afterSend.once")}</Menu.Label>
      {thens.map((then) => (
        <Menu.Item
          key={then}
          leftSection={<Icon name={thenIcons[then]} />}
          rightSection={then === "next" && <Kbd hidden>{keysOf(SEND_AND_NEXT).join(" ")}</Kbd>}
          onClick={() => onChoose(then)}
        >
          {then === usual ? t("afterSend.usual", { way: ways[then] }) : ways[then]}
        </Menu.Item>
      ))}
    </>
  );
}

const thenIcons = { stay: "send", next: "down", list: "left" } as const;
const SEND_AND_NEXT = "mod+shift+Enter";
