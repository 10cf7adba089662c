import { getRouteApi, Link } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { useMayExport } from "@/api/access";
import type { Ticket } from "@/api/types";
import { useDeskDialogs } from "@/app/shell/dialogs";
import { useLayout } from "@/app/shell/paneLayout";
import { copyText } from "@/lib/clipboard";
import type { Command } from "@/lib/commands";
import type { PresentPerson } from "@/lib/liveSocket";
import { toast } from "@/lib/toast";
import { Button, IconButton } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { Bar } from "@/ui/Pane";
import type { TicketActions } from "../actions";
import { useListTitle } from "./listTitle";
import { PresenceChip } from "./PresenceChip";
import classes from "./TicketBar.module.css";
import { TicketMenu } from "./TicketMenu";

const StarButton = lazy(() => import("./StarButton"));

const route = getRouteApi("/desk/tickets");

type TicketBarProps = {
  number: number;
  ticket?: Ticket;
  actions?: TicketActions;
  people?: PresentPerson[];
  /** What the menu of the ticket offers. */
  commands?: Command[];
  /** Absent while the properties stand beside. */
  onTogglePanel?: () => void;
};

/** The bar over a ticket: where it is, who else looks at it, resolve. */
export function TicketBar(props: TicketBarProps) {
  const { number, ticket, actions, people, commands, onTogglePanel } = props;
  const { t } = useTranslation();
  const { phone, listBeside } = useLayout();
  const dialogs = useDeskDialogs();
  const mayExport = useMayExport();
  const copyLink = async () => {
    await copyText(`${location.origin}/desk/tickets/${number}`);
    toast.show({ message: t("ticket.linkCopied") });
  };
  return (
    <Bar>
      {!listBeside && <BackLink short={phone} />}
      <span className={classes.number}>
        <bdi>#{number}</bdi>
      </span>
      {!phone && <IconButton icon="copy" label={t("ticket.copyLink")} onClick={copyLink} />}
      {ticket && mayExport && (
        <IconButton
          icon="file"
          label={t("export.ticket", { number: String(number) })}
          onClick={() => dialogs.open("export-ticket")}
        />
      )}
      {ticket && (
        <Suspense>
          <StarButton number={number} />
        </Suspense>
      )}
      <span className="grow" />
      <PresenceChip people={people ?? []} />
      {commands && <TicketMenu commands={commands} />}
      {onTogglePanel && (
        <IconButton icon="panel" label={t("ticket.properties")} onClick={onTogglePanel} />
      )}
      {ticket?.can.status && actions && <ResolveButton actions={actions} iconOnly={phone} />}
    </Bar>
  );
}

function BackLink({ short }: { short: boolean }) {
  const { t } = useTranslation();
  const search = route.useSearch();
  const title = useListTitle(search);
  return (
    <Link
      to="/desk/tickets"
      search={search}
      className={classes.back}
      aria-label={t("ticket.backTo", { title })}
    >
      <Icon name="left" />
      {!short && <span className="cut">{title}</span>}
    </Link>
  );
}

function ResolveButton({ actions, iconOnly }: { actions: TicketActions; iconOnly: boolean }) {
  const { t } = useTranslation();
  const label = t(actions.isDone ? "ticket.reopen" : "ticket.resolve");
  const icon = actions.isDone ? "retry" : "check";
  const act = actions.isDone ? actions.reopen : actions.resolve;
  if (iconOnly) return <IconButton icon={icon} label={label} onClick={act} />;
  return (
    <Button look="line" icon={icon} onClick={act} title={`${label} (e)`}>
      {label}
    </Button>
  );
}
