import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { statusesQuery } from "@/api/directory";
import { asProblem } from "@/api/problem";
import { useMe } from "@/api/session";
import type { MessageItem, Ticket } from "@/api/types";
import { usePresence } from "@/app/live/LiveProvider";
import { useLayout } from "@/app/shell/paneLayout";
import { useStored } from "@/lib/browserStorage";
import { Pane } from "@/ui/Pane";
import { EmptyState, ErrorState, Skeleton } from "@/ui/States";
import { ToastSlot } from "@/ui/ToastSlot";
import { useTicketActions } from "./actions";
import { markRead, ticketKeys, ticketQuery } from "./api";
import { Composer } from "./components/Composer";
import { TicketFacts } from "./components/Facts";
import { MergeDialog } from "./components/MergeDialog";
import { MergedNotice } from "./components/MergedNotice";
import { PossibleDuplicates } from "./components/PossibleDuplicates";
import { PrintHead } from "./components/PrintHead";
import { Properties } from "./components/Properties";
import { SplitBar } from "./components/SplitBar";
import { SplitNotices } from "./components/SplitNotices";
import { SubjectField } from "./components/SubjectField";
import { TicketBar } from "./components/TicketBar";
import { ForwardMessage, type Outside } from "./conversations/outside";
import { addressDraft, type ComposerMode } from "./draft";
import { showRead } from "./keptLists";
import type { Target } from "./merges";
import { MessageSelection, useMessageSelection } from "./messageSelection";
import { NeighbourKeys, NeighboursProvider, useOpenTicketsNeighbours } from "./neighbours";
import type { PropertyName } from "./properties";
import type { People } from "./recipients";
import classes from "./TicketPage.module.css";
import { useAskedGoal } from "./thread/goal";
import { Thread } from "./thread/Thread";
import { useFirstUnread } from "./thread/unread";
import { useSearchKey, useThreadSearch } from "./thread/useThreadSearch";
import { useTicketCommands } from "./ticketCommands";
import { useHeldTicketKeys, useKeysForComingTicket, useNoTicketKeys } from "./ticketKeys";

const route = getRouteApi("/desk/tickets/$number");
const LinkDialog = lazy(() => import("./components/LinkDialog"));
const OutsideDialog = lazy(() => import("./conversations/OutsideDialog"));
const ThreadSearch = lazy(() => import("./thread/ThreadSearch"));
const TimerStrip = lazy(() => import("./time/TimerStrip"));

/** One ticket: thread, composer, properties. */
export function TicketPage() {
  const { number } = route.useParams();
  return (
    <NeighboursProvider value={useOpenTicketsNeighbours(number)}>
      <NeighbourKeys />
      <LoadedTicket number={number} />
    </NeighboursProvider>
  );
}

function LoadedTicket({ number }: { number: number }) {
  const { t } = useTranslation();
  const query = useQuery(ticketQuery(number));
  // The statuses come with the ticket: what "Send" will set is known when it is first drawn.
  const { isLoading: awaitsStatuses } = useQuery(statusesQuery);
  const label = t("ticket.label", { number: String(number) });
  useKeysForComingTicket(!query.error && (!query.data || awaitsStatuses));
  useNoTicketKeys(query.error !== null && !query.data);
  if (query.data && !awaitsStatuses)
    return (
      <OpenTicket key={number} ticket={query.data} label={label} isFetching={query.isFetching} />
    );
  return (
    <Pane as="main" label={label}>
      <TicketBar number={number} />
      {query.error && asProblem(query.error).status === 404 && (
        <EmptyState
          icon="search"
          title={t("ticket.notFound", { number: String(number) })}
          hint={t("state.notFoundHint")}
        />
      )}
      {query.error && asProblem(query.error).status !== 404 && (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      )}
      {(query.isPending || awaitsStatuses) && <Skeleton rows={7} height={88} />}
    </Pane>
  );
}

type OpenTicketProps = { ticket: Ticket; label: string; isFetching: boolean };

function OpenTicket({ ticket, label, isFetching }: OpenTicketProps) {
  const { number } = ticket;
  const layout = useLayout();
  const me = useMe().person.id;
  const actions = useTicketActions(ticket);
  const [property, setProperty] = useState<PropertyName | null>(null);
  const [mode, setMode] = useState<ComposerMode | null>(null);
  const [typing, setTyping] = useState(false);
  const [panel, setPanel] = useStored<"shown" | "hidden">("atum.panel", "shown");
  const [panelOver, setPanelOver] = useState(false);
  const [merging, setMerging] = useState<{ into: Target | null } | null>(null);
  const people = usePresence(ticket.number, typing);
  useReadMark(ticket);
  useTitle(ticket);
  const thread = useRef<HTMLDivElement>(null);
  const [goal, setGoal] = useAskedGoal();
  const unreadId = useFirstUnread(ticket, isFetching);
  const search = useThreadSearch();

  const beside = layout.panelBeside && panel === "shown";
  const togglePanel = () => {
    setPanelOver(!panelOver && !layout.panelBeside);
    if (layout.panelBeside) setPanel(panel === "shown" ? "hidden" : "shown");
  };
  const selection = useMessageSelection();
  const [linking, setLinking] = useState(false);
  const [outside, setOutside] = useState<Outside | null>(null);
  const forward = useCallback(
    (message: MessageItem) => setOutside({ kind: "forward", message }),
    [],
  );
  const commands = useTicketCommands(ticket, actions, {
    openProperty: setProperty,
    write: setMode,
    togglePanel,
    merge: () => setMerging({ into: null }),
    split: () => selection.begin([]),
    link: () => setLinking(true),
    forward: () => setOutside({ kind: "forward", message: null }),
    converse: () => setOutside({ kind: "side" }),
    search: search.open,
    toUnread: unreadId === null ? null : () => setGoal({ id: unreadId, kind: "unread" }),
  });
  // The same for ever, so that a letter typed below draws no message anew.
  const answer = useCallback(
    (people: People | null) => {
      addressDraft(me, number, people);
      setMode("reply");
    },
    [me, number],
  );
  useSearchKey(search.open);
  useHeldTicketKeys();
  return (
    <div className={beside ? classes.withPanel : classes.plain}>
      <Pane as="main" label={label}>
        <div className={`${classes.only} screen-only`}>
          <TicketBar
            number={ticket.number}
            ticket={ticket}
            actions={actions}
            people={people}
            commands={commands}
            onTogglePanel={beside ? undefined : togglePanel}
          />
        </div>
        <PrintHead ticket={ticket} />
        <div className={`${classes.head} screen-only`}>
          <SubjectField ticket={ticket} onSave={(subject) => actions.set("subject", subject)} />
          <TicketFacts ticket={ticket} actions={actions} opened={property} onOpen={setProperty} />
        </div>
        {ticket.merged_into !== null && <MergedNotice ticket={ticket} into={ticket.merged_into} />}
        <PossibleDuplicates ticket={ticket} onMerge={(into) => setMerging({ into })} />
        <SplitNotices ticket={ticket} />
        <SplitBar ticket={ticket} selection={selection} />
        {search.isOpen && (
          <Suspense>
            <ThreadSearch number={number} body={thread} onGoal={setGoal} onClose={search.close} />
          </Suspense>
        )}
        <ForwardMessage.Provider value={forward}>
          <MessageSelection.Provider value={selection}>
            <Thread {...{ ticket, unreadId, goal }} body={thread} onReply={answer} />
          </MessageSelection.Provider>
        </ForwardMessage.Provider>
        <div className={`${classes.only} screen-only`}>
          {!layout.listBeside && <ToastSlot className={classes.toast} />}
          <Suspense>
            <TimerStrip number={ticket.number} />
          </Suspense>
          {ticket.merged_into === null && (
            <Composer ticket={ticket} mode={mode} onMode={setMode} onTyping={setTyping} />
          )}
        </div>
      </Pane>
      {(beside || panelOver || property === "tags") && (
        <Properties
          ticket={ticket}
          actions={actions}
          over={!beside}
          onLink={() => setLinking(true)}
          onConverse={() => setOutside({ kind: "side" })}
          onHide={togglePanel}
          // A window that becomes too narrow leaves the panel to whoever types in it.
          onUse={(inUse) => {
            if (beside) setPanelOver(inUse);
          }}
          tagsOpened={property === "tags"}
          onTags={(opened) => setProperty(opened ? "tags" : null)}
        />
      )}
      {outside && (
        <Suspense>
          <OutsideDialog ticket={ticket} outside={outside} onClose={() => setOutside(null)} />
        </Suspense>
      )}
      {linking && (
        <Suspense>
          <LinkDialog ticket={ticket} onClose={() => setLinking(false)} />
        </Suspense>
      )}
      {merging && (
        <MergeDialog ticket={ticket} into={merging.into} onClose={() => setMerging(null)} />
      )}
    </div>
  );
}

/** Reading marks read, here at once and for this person everywhere. */
function useReadMark(ticket: Ticket) {
  const queryClient = useQueryClient();
  const { number } = ticket;
  const isNew = ticket.unread || ticket.first_unread_id !== null;
  useEffect(() => {
    if (!isNew) return;
    void markRead(number).then(() => {
      queryClient.setQueryData<Ticket>(ticketKeys.ticket(number), (held) =>
        held ? { ...held, unread: false, first_unread_id: null } : held,
      );
      showRead(queryClient, number);
    });
  }, [queryClient, number, isNew]);
}

function useTitle(ticket: Ticket) {
  useEffect(() => {
    document.title = `#${ticket.number} ${ticket.subject} - ATUM DESK`;
    return () => {
      document.title = "ATUM DESK";
    };
  }, [ticket.number, ticket.subject]);
}
